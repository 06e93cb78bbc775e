/** The parts of Pico, by their headings, that style what none of our views has. */
export const unusedParts = [
  'Grid',
  'Overflow auto',
  'Figure',
  'Input type color',
  'Input type range',
  'Card',
  'Dropdown',
  'Loading',
  'Modal',
  'Progress',
  'Tooltip',
  'Group',
];

/**
 * One stylesheet: the parts of Pico that are used, and ours, which wins where both say something.
 * @throws Error where Pico no longer has a part under that heading
 */
export function stylesheetOf(pico: string, ours: string): string {
  const [licence = '', ...parts] = pico.split(/^(?=\/\*\*\n)/m);
  const isUnused = (part: string) => unusedParts.some((name) => headingOf(part).startsWith(name));
  for (const name of unusedParts)
    if (!parts.some((part) => headingOf(part).startsWith(name))) throw new Error(`Pico has no part "${name}".`);
  return [licence, shortened(parts.filter((part) => !isUnused(part)).join('') + ours)].join('\n');
}

function headingOf(part: string): string {
  return /^\/\*\*\n \* (.*)/.exec(part)?.[1] ?? '';
}

/** Without comments and indentation; nothing within a rule has either. */
function shortened(css: string): string {
  return css.replace(/\/\*.*?\*\//gs, '').replace(/\s*\n\s*/g, '\n');
}
