import type { Page, Person } from './person';

export interface Input {
  name: string;
  value: string;
  type: string;
  isSent: boolean;
}

export interface Button {
  /** What it says, to those who see and to those who hear it. */
  words: string;
  name: string;
  value: string;
  method: 'get' | 'post';
}

export interface ShownForm {
  action: string;
  inputs: Input[];
  buttons: Button[];
}

/** The forms of a page, with what stands in their fields, and the buttons that send them, wherever on the page they are. */
export function formsOf({ body }: Page): ShownForm[] {
  return [...body.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)].map(([, head = '', inner = '']) => {
    const [id, method] = [attribute(head, 'id'), attribute(head, 'method')];
    const elsewhere = buttonsIn(body).filter(({ form }) => form !== '' && form === id);
    return {
      action: attribute(head, 'action'),
      inputs: [...inputsIn(inner), ...textareasIn(inner), ...selectsIn(inner)],
      buttons: [...buttonsIn(inner), ...elsewhere].map((button) => ({
        words: button.words,
        name: button.name,
        value: button.value,
        method: (button.method || method) === 'post' ? 'post' : 'get',
      })),
    };
  });
}

/** Those that can be pressed. */
function buttonsIn(html: string) {
  return [...html.matchAll(/<button([^>]*)>(.*?)<\/button>/gs)]
    .filter(([, head = '']) => !/ disabled/.test(head))
    .map(([, head = '', words = '']) => ({
      words: text(words),
      name: attribute(head, 'name'),
      value: attribute(head, 'value'),
      form: attribute(head, 'form'),
      method: attribute(head, 'formmethod'),
    }));
}

/** What a browser sends of it when that button is pressed. */
export function fieldsOf(form: ShownForm, { name, value }: Pick<Button, 'name' | 'value'>): [string, string][] {
  const fields = form.inputs.filter(({ isSent }) => isSent).map(({ name, value }): [string, string] => [name, value]);
  return name ? [...fields, [name, value]] : fields;
}

/** Types into the fields that the page shows, presses a button, and goes on as a browser does. */
export async function press(person: Person, page: Page, button: RegExp, typed: Record<string, string> = {}) {
  const forms = formsOf(page);
  for (const [name, value] of Object.entries(typed)) {
    const field = forms.flatMap(({ inputs }) => inputs).find((input) => input.name === name && input.type !== 'hidden');
    if (!field) throw new Error(`No field ${name} is shown.`);
    field.value = value;
  }
  const form = forms.find(({ buttons }) => buttons.some(({ words }) => button.test(words)));
  const pressed = form?.buttons.find(({ words }) => button.test(words));
  if (!form || !pressed) throw new Error(`There is no button ${String(button)}.`);
  const fields = new URLSearchParams(fieldsOf(form, pressed));
  const path = pressed.method === 'get' ? `${form.action}?${fields.toString()}` : form.action;
  return { path, page: await person.send(pressed.method, path, pressed.method === 'get' ? {} : { body: fields }) };
}

/** The fields that a button would send as they were, while another form of the page lets people change them. */
export function overlookedOn(page: Page): string[] {
  const forms = formsOf(page);
  return forms
    .filter(({ buttons }) => buttons.some(({ method }) => method === 'post'))
    .flatMap((acting) =>
      acting.inputs
        .filter(({ type, name }) => type === 'hidden' && forms.some((form) => form !== acting && shows(form, name)))
        .map(({ name }) => name),
    );
}

function shows({ inputs }: ShownForm, name: string): boolean {
  return inputs.some((input) => input.name === name && input.type !== 'hidden');
}

function inputsIn(html: string): Input[] {
  return [...html.matchAll(/<input([^>]*)>/g)].map(([, head = '']) => {
    const type = attribute(head, 'type');
    const isChosen = !['checkbox', 'radio'].includes(type) || / checked/.test(head);
    return {
      name: attribute(head, 'name'),
      value: attribute(head, 'value'),
      type,
      isSent: attribute(head, 'name') !== '' && isChosen && !/ disabled/.test(head),
    };
  });
}

/** A browser leaves out the line break that begins one. */
function textareasIn(html: string): Input[] {
  return [...html.matchAll(/<textarea([^>]*)>\n?(.*?)<\/textarea>/gs)].map(([, head = '', value = '']) => ({
    name: attribute(head, 'name'),
    value: unescaped(value),
    type: 'textarea',
    isSent: true,
  }));
}

function selectsIn(html: string): Input[] {
  return [...html.matchAll(/<select([^>]*)>(.*?)<\/select>/gs)].map(([, head = '', inner = '']) => {
    const options = [...inner.matchAll(/<option([^>]*)>([^<]*)/g)].map(([, option = '', words = '']) => ({
      // A browser folds the blanks of what it takes for the value from the words.
      value: / value=/.test(option) ? attribute(option, 'value') : text(words),
      isChosen: / selected/.test(option),
    }));
    const { value } = options.find(({ isChosen }) => isChosen) ?? options[0] ?? { value: '' };
    return { name: attribute(head, 'name'), value, type: 'select', isSent: true };
  });
}

function attribute(head: string, name: string): string {
  return unescaped(new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(head)?.[1] ?? '');
}

function text(html: string): string {
  return unescaped(html.replace(/<[^>]*>/g, ''))
    .replace(/\s+/g, ' ')
    .trim();
}

/** The links of a page, where they lead. */
export function linksOf({ body }: Page): string[] {
  return [...body.matchAll(/<a [^>]*?href="([^"]*)"/g)].map(([, href = '']) => unescaped(href));
}

export function unescaped(html: string): string {
  return html
    .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
