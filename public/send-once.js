// The second click of a double click sends no form again: the answer to the first would never be seen. Without this file both
// are sent, and each says what became of it.
const DOUBLE_CLICK_MS = 1000;
const sent = new WeakMap();

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post' || event.defaultPrevented) return;
  const now = performance.now();
  if (now - (sent.get(form) ?? -DOUBLE_CLICK_MS) < DOUBLE_CLICK_MS) event.preventDefault();
  else sent.set(form, now);
});
