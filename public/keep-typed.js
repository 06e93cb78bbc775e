// What somebody typed into a form is back where their session had ended as they sent it, and they have signed in again. It stays
// in this tab, until the next page that is no part of signing in; a password is never kept, and nobody else is shown any of it.
const KEY = 'typed';
const SKIPPED = ['hidden', 'password', 'file', 'submit', 'button'];
const isSigningIn = /^\/(login|verify)(\/|$)/.test(location.pathname);
const here = location.pathname + location.search;
const { who } = document.body.dataset;

const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
if (!isSigningIn) {
  sessionStorage.removeItem(KEY);
  if (kept?.hasSignedOut && kept.at === here && kept.who === who) bringBack(kept);
} else if (kept && !who) {
  sessionStorage.setItem(KEY, JSON.stringify({ ...kept, hasSignedOut: true }));
  for (const form of document.querySelectorAll('form[action^="/login"]')) comeBackFrom(form);
}

if (who && !isSigningIn) document.addEventListener('submit', ({ target }) => keep(target));

function keep(form) {
  if (form.method !== 'post') return;
  const fields = fieldsOf(form).map(({ name, type, value, checked }) => ({ name, type, value, checked }));
  const typed = { who, at: here, action: form.getAttribute('action'), fields };
  if (fields.length > 0) sessionStorage.setItem(KEY, JSON.stringify(typed));
}

/** The page of the form, unless somebody is on the way to another one. */
function comeBackFrom(form) {
  if (form.elements.namedItem('next')) return;
  const next = Object.assign(document.createElement('input'), { type: 'hidden', name: 'next', value: kept.at });
  form.append(next);
}

function bringBack({ action, fields }) {
  const form = [...document.forms].find((one) => one.method === 'post' && one.getAttribute('action') === action);
  if (!form) return;
  for (const { name, type, value, checked } of fields) {
    const isBox = type === 'checkbox' || type === 'radio';
    const field = fieldsOf(form).find((one) => one.name === name && (!isBox || one.value === value));
    if (field && isBox) field.checked = checked;
    else if (field) field.value = value;
  }
  const note = Object.assign(document.createElement('p'), { className: 'note', role: 'status' });
  note.textContent = 'What you typed is back. It was not sent, because you had been signed out.';
  form.before(note);
}

function fieldsOf(form) {
  return [...form.elements].filter(
    ({ name, type, autocomplete }) => name && !SKIPPED.includes(type) && autocomplete !== 'one-time-code',
  );
}
