// What is typed into a field for a password can be shown, and how hard a new one is to guess is said in words. The site judges
// it by far more when it is sent.
const SHORTEST = 8;
const GOOD = 14;

for (const box of document.querySelectorAll('[data-show]')) {
  const field = document.getElementById(box.dataset.show);
  box.closest('label').hidden = false;
  box.addEventListener('change', () => show(field, box.checked));
  // So that browsers take it for a password, and offer to keep it as one.
  field.form.addEventListener('submit', () => show(field, false));
}

for (const place of document.querySelectorAll('[data-strength-of]')) {
  const field = document.getElementById(place.dataset.strengthOf);
  field.addEventListener('input', () => (place.textContent = strengthOf([...field.value])));
}

function show(field, isShown) {
  field.type = isShown ? 'text' : 'password';
}

function strengthOf(characters) {
  const missing = SHORTEST - characters.length;
  if (missing === SHORTEST) return '';
  if (missing > 0) return missing === 1 ? 'One more character.' : `${missing} more characters.`;
  if (new Set(characters).size < 5) return 'Easy to guess: it repeats itself.';
  return characters.length < GOOD ? 'Long enough. Another word makes it much harder to guess.' : 'Good length.';
}
