// What the search finds is suggested below its field while somebody types, out of the search's own page. The arrows choose, Enter
// goes there, Escape closes: the combobox of the ARIA Authoring Practices. Without this file Enter searches, as it still does.
const PAUSE_MS = 200;
const OF_EACH_KIND = 4;

for (const field of document.querySelectorAll('form[action="/admin/search"] input[name=q]')) suggestFor(field);

function suggestFor(field) {
  const { form } = field;
  const list = element('div', { id: `${field.id}-list`, class: 'suggestions', role: 'listbox', 'aria-label': 'Found' });
  const said = element('p', { class: 'visually-hidden', 'aria-live': 'polite' });
  let pause;
  let asked = new AbortController();
  let chosen = null;

  field.setAttribute('role', 'combobox');
  field.setAttribute('aria-autocomplete', 'list');
  field.setAttribute('aria-controls', list.id);
  close();
  field.after(list, said);

  field.addEventListener('input', () => {
    choose(null);
    clearTimeout(pause);
    pause = setTimeout(look, PAUSE_MS);
  });
  field.addEventListener('keydown', (event) => {
    if (!event.isComposing && hasDone(event.key)) event.preventDefault();
  });
  // The field keeps the focus while a suggestion is clicked.
  list.addEventListener('mousedown', (event) => event.preventDefault());
  form.addEventListener('focusout', ({ relatedTarget }) => {
    if (!form.contains(relatedTarget)) close();
  });

  async function look() {
    asked.abort();
    asked = new AbortController();
    const q = field.value.trim();
    if (q === '') return close();
    const address = `${form.action}?${new URLSearchParams({ q })}`;
    try {
      show(await groupsFoundAt(address, asked.signal), address);
    } catch (error) {
      if (error.name !== 'AbortError') close();
    }
  }

  function show(groups, address) {
    choose(null);
    list.replaceChildren(...groups);
    const { length } = options();
    const count = length === 1 ? '1 suggestion' : `${length} suggestions`;
    said.textContent = length === 0 ? 'Nothing found.' : `${count}. Choose with the arrow keys.`;
    if (length === 0)
      list.append(element('p', { 'aria-hidden': true }, 'Nothing found. Try the beginning of another word.'));
    list.append(element('a', { role: 'option', href: address, tabindex: -1, 'aria-selected': false }, 'All results'));
    options().forEach((option, i) => (option.id = `${list.id}-${i}`));
    open(true);
  }

  /** Whether the key is one of the list's. */
  function hasDone(key) {
    if (list.hidden && key !== 'ArrowDown') return false;
    if (list.hidden) void look();
    else if (key === 'ArrowDown') step(1);
    else if (key === 'ArrowUp') step(-1);
    else if (key === 'Enter' && chosen) chosen.click();
    else if (key === 'Escape') close();
    else return false;
    return true;
  }

  /** After the last one comes the field itself, then the first one. */
  function step(by) {
    const places = [null, ...options()];
    choose(places.at((places.indexOf(chosen) + by) % places.length));
  }

  function choose(option) {
    chosen?.setAttribute('aria-selected', 'false');
    chosen = option;
    chosen?.setAttribute('aria-selected', 'true');
    chosen?.scrollIntoView({ block: 'nearest' });
    if (chosen) field.setAttribute('aria-activedescendant', chosen.id);
    else field.removeAttribute('aria-activedescendant');
  }

  function options() {
    return [...list.querySelectorAll('[role=option]')];
  }

  function open(isOpen) {
    list.hidden = !isOpen;
    field.setAttribute('aria-expanded', String(isOpen));
  }

  function close() {
    clearTimeout(pause);
    asked.abort();
    choose(null);
    open(false);
    said.textContent = '';
  }
}

/** Of each kind the first few; whoever has been signed out meanwhile is sent elsewhere, which is an error here. */
async function groupsFoundAt(address, signal) {
  const answer = await fetch(address, { cache: 'no-store', redirect: 'error', signal });
  const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : '', 'text/html');
  return [...page.querySelectorAll('section:has(> .results)')].map((section) => {
    const [name] = textsOf(section, 'h2');
    const found = [...section.querySelectorAll('.results > li:has(> a)')].slice(0, OF_EACH_KIND).map(optionOf);
    return element('div', { role: 'group', 'aria-label': name }, element('p', { 'aria-hidden': true }, name), ...found);
  });
}

/** Of the page that was read nothing but texts and addresses are taken. */
function optionOf(result) {
  const [title] = textsOf(result, 'a');
  const marks = textsOf(result, '.mark').flatMap((text) => [' ', element('span', { class: 'mark' }, text)]);
  const about = textsOf(result, '.quiet').map((text) => element('small', {}, text));
  const href = result.querySelector('a').getAttribute('href');
  const attributes = { role: 'option', href, tabindex: -1, 'aria-selected': false };
  return element('a', attributes, element('bdi', {}, title), ...marks, ' ', ...about);
}

function textsOf(place, selector) {
  return [...place.querySelectorAll(selector)].map(({ textContent }) => textContent);
}

function element(name, attributes, ...content) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...content);
  return made;
}
