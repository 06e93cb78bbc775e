import type { Page } from './person';

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
}

export interface ShownForm {
  action: string;
  method: 'get' | 'post';
  inputs: Input[];
  buttons: Button[];
}

/** The forms of a page, with what stands in their fields. */
export function formsOf({ body }: Page): ShownForm[] {
  return [...body.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)].map(([, head = '', inner = '']) => ({
    action: attribute(head, 'action'),
    method: attribute(head, 'method') === 'post' ? 'post' : 'get',
    inputs: [...inputsIn(inner), ...selectsIn(inner)],
    buttons: [...inner.matchAll(/<button([^>]*)>(.*?)<\/button>/gs)].map(([, head = '', words = '']) => ({
      words: text(words),
      name: attribute(head, 'name'),
      value: attribute(head, 'value'),
    })),
  }));
}

/** What a browser sends of it when that button is pressed. */
export function fieldsOf(form: ShownForm, { name, value }: Button): [string, string][] {
  const fields = form.inputs.filter(({ isSent }) => isSent).map(({ name, value }): [string, string] => [name, value]);
  return name ? [...fields, [name, value]] : fields;
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

function unescaped(html: string): string {
  return html
    .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
