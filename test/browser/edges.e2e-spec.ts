import { PageWalk } from '../support/page-walk';

/** What tells parts of a page apart stands out from what is beside it by 3:1 (WCAG 2.2, 1.4.11 and 2.4.13). */
describe('fields, icons and what has the focus', () => {
  let pages: PageWalk;
  beforeAll(async () => (pages = await PageWalk.start()));
  afterAll(() => pages.end());

  it.each([
    ['in light colours', 'admin', { colorScheme: 'light' }],
    ['in dark colours', 'admin', { colorScheme: 'dark' }],
    ['in the colours that somebody’s system forces on every site', 'admin', { forcedColors: 'active' }],
    ['in light colours, on the pages of a visitor', 'visitor', { colorScheme: 'light' }],
    ['in dark colours, on the pages of a visitor', 'visitor', { colorScheme: 'dark' }],
  ] as const)('stand out %s', async (_, who, options) => {
    const found = await pages.visit(who, options, (page) => page.evaluate(faintParts));
    expect(found.reduce((sum, [, { looked }]) => sum + looked, 0)).toBeGreaterThan(who === 'admin' ? 500 : 20);
    expect(found.filter(([, { faults }]) => faults.length > 0).map(([path, { faults }]) => [path, faults])).toEqual([]);
  });
});

/** Runs in the page. @returns how many parts were looked at, and those that are too faint */
function faintParts(): { looked: number; faults: string[] } {
  type Colour = [red: number, green: number, blue: number, alpha: number];
  const colourOf = (text: string): Colour => {
    const [red = 0, green = 0, blue = 0, alpha = 1] = text.match(/[\d.]+/g)!.map(Number);
    return [red, green, blue, alpha];
  };
  const over = (front: Colour, back: Colour): Colour => {
    const mixed = (part: 0 | 1 | 2) => front[part] * front[3] + back[part] * (1 - front[3]);
    return [mixed(0), mixed(1), mixed(2), 1];
  };
  const groundOf = (element: Element | null): Colour => {
    if (!element) return colourOf(getComputedStyle(document.documentElement).backgroundColor);
    const own = colourOf(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, groundOf(element.parentElement));
  };
  const lightOf = ([red, green, blue]: Colour) => {
    const [r, g, b] = [red, green, blue].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const contrast = (one: Colour, other: Colour) => {
    const [dark = 0, light = 0] = [lightOf(one), lightOf(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const faults: string[] = [];
  let looked = 0;
  const expectToStandOut = (what: string, element: Element, colour: string, ground: Colour) => {
    looked++;
    const ratio = contrast(over(colourOf(colour), ground), ground);
    if (ratio < 3) faults.push(`${what} ${ratio.toFixed(2)}: ${element.outerHTML.slice(0, 100)}`);
  };
  const shown = (selector: string) =>
    [...document.querySelectorAll<HTMLElement>(selector)].filter(
      (element) => element.checkVisibility() && !element.closest('.visually-hidden'),
    );

  for (const field of shown('input:not([type="checkbox"], [type="radio"]), select, textarea'))
    expectToStandOut('edge', field, getComputedStyle(field).borderTopColor, groundOf(field.parentElement));
  for (const icon of shown('svg.icon')) {
    const { stroke, color } = getComputedStyle(icon);
    expectToStandOut('icon', icon, stroke === 'none' ? color : stroke, groundOf(icon));
  }
  for (const element of shown('a[href], button, input, select, textarea, summary, [tabindex="0"]')) {
    element.focus();
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
    if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2)
      faults.push(`no focus: ${element.outerHTML.slice(0, 100)}`);
    else expectToStandOut('focus', element, outlineColor, groundOf(element.parentElement));
  }
  return { looked, faults };
}
