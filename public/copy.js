// Buttons that copy what an element holds. Where a browser has no clipboard for this page, there are none.
for (const button of document.querySelectorAll('[data-copy]')) {
  const source = document.getElementById(button.dataset.copy);
  const said = document.querySelector(`[data-copied="${button.dataset.copy}"]`);
  button.classList.remove('with-scripts');
  button.hidden = !navigator.clipboard;
  button.addEventListener('click', async () => {
    said.textContent = (await copy(source)) ? ' Copied.' : ' That didn’t work. Copy it by hand.';
  });
}

async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.value ?? source.innerText);
    return true;
  } catch {
    return false;
  }
}
