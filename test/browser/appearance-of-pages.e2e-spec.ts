import type { BrowserContextOptions, Locator } from 'playwright-core';
import { open, page } from '../support/page-of-test';
import { Site } from '../support/site';

type Rgb = [number, number, number];

/** How pages look to people who set their browser up for themselves, and on paper. */
describe('the appearance of pages', () => {
  let site: Site;
  let cookie: string;

  beforeAll(async () => {
    site = await Site.start();
    await site.user(`${'ada'.padEnd(60, 'x')}@example.org`);
    cookie = (await site.admin()).cookie;
  });
  afterAll(() => site.stop());

  const openAsAdmin = (path: string, options: BrowserContextOptions) =>
    open({ origin: site.origin, cookie, path, ...options });

  describe.each(['light', 'dark'] as const)('in forced colours, %s', (colorScheme) => {
    it.each([
      ['/admin/users', 'select#role'],
      ['/admin/users', 'input#search'],
      ['/admin/users', 'input[type=checkbox] >> nth=0'],
      ['/admin/users', 'form.filters button'],
      ['/admin/users', '.rows summary >> nth=0'],
      ['/admin/access', '.map summary >> nth=0'],
      ['/admin', '.scroll:visible >> nth=0'],
      ['/admin', 'main summary'],
      ['/admin', '.tabs a >> nth=1'],
      ['/admin', '.own-links summary'],
    ])('what has the focus on %s can be told: %s', async (path, selector) => {
      await openAsAdmin(path, { forcedColors: 'active', colorScheme });
      const element = page.locator(selector);
      await page.keyboard.press('Tab');
      const before = await outline(element);
      await element.focus();
      const after = await outline(element);
      expect(after.style).toBe('solid');
      expect(parseFloat(after.width)).toBeGreaterThanOrEqual(2);
      expect(before.style).not.toBe('solid');
      expect(contrast(after.colour, await styleOf(page.locator('body'), 'backgroundColor'))).toBeGreaterThan(3);
    });

    it('the page one is on, badges, buttons and boxes to tick can be told', async () => {
      await openAsAdmin('/admin/access', { forcedColors: 'active', colorScheme });
      const ground = await styleOf(page.locator('body'), 'backgroundColor');
      const edge = (selector: string, side: 'Top' | 'Bottom') =>
        styleOf(page.locator(selector).first(), `border${side}Color`);
      expect(contrast(await edge('.tabs a[aria-current]', 'Bottom'), ground)).toBeGreaterThan(3);
      expect(contrast(await edge('.tabs a:not([aria-current])', 'Bottom'), ground)).toBe(1);
      expect(contrast(await edge('.outcome', 'Top'), ground)).toBeGreaterThan(3);
      await page.goto('/admin/users');
      expect(contrast(await edge('a.button', 'Top'), ground)).toBeGreaterThan(3);
      expect(contrast(await edge('form.filters button', 'Top'), ground)).toBeGreaterThan(3);
      expect(await styleOf(page.locator('input[type=checkbox]').first(), 'appearance')).toBe('auto');
    });
  });

  it.each(['light', 'dark'] as const)('borders of fields can be seen, %s', async (colorScheme) => {
    await openAsAdmin('/admin/users', { colorScheme });
    const ground = await styleOf(page.locator('body'), 'backgroundColor');
    for (const selector of ['#search', '#role', '#away', '.bulk input[type=checkbox]']) {
      const field = page.locator(selector).first();
      const border = await styleOf(field, 'borderTopColor');
      for (const beside of [ground, await styleOf(field, 'backgroundColor')]) {
        expect([selector, contrast(border, beside)]).toEqual([selector, expect.any(Number)]);
        expect(contrast(border, beside)).toBeGreaterThanOrEqual(3);
      }
    }
  });

  it('a box to tick is no circle, and what is ticked can be told', async () => {
    await openAsAdmin('/login', {});
    await page.context().clearCookies();
    await page.goto('/login');
    const box = page.getByRole('checkbox', { name: 'Keep me signed in' });
    const side = (await box.boundingBox())!.width;
    expect(parseFloat(await styleOf(box, 'borderTopLeftRadius'))).toBeLessThan(side / 4);
    const empty = await styleOf(box, 'backgroundColor');
    await box.check();
    expect(contrast(await styleOf(box, 'backgroundColor'), empty)).toBeGreaterThan(3);
  });

  it.each([
    ['light', 'reduce'],
    ['dark', 'reduce'],
    ['light', 'no-preference'],
  ] as const)(
    'a table wider than the window shows at which edges it goes on, %s, motion: %s',
    async (colorScheme, reducedMotion) => {
      await openAsAdmin('/admin', { colorScheme, reducedMotion, viewport: { width: 320, height: 800 } });
      const table = page.locator('.scroll:visible').first();
      const scrollTo = (part: number) =>
        table.evaluate((found, to) => (found.scrollLeft = to * (found.scrollWidth - found.clientWidth)), part);
      for (const [part, goesOn] of [
        [0, { left: false, right: true }],
        [0.5, { left: true, right: true }],
        [1, { left: true, right: false }],
      ] as const) {
        await scrollTo(part);
        expect([part, await shadesOf(table)]).toEqual([part, goesOn]);
      }
      await page.setViewportSize({ width: 1280, height: 800 });
      expect(await shadesOf(table)).toEqual({ left: false, right: false });
    },
  );

  /** Whether the table looks different at its edges than between them, beside the words of its head. */
  async function shadesOf(table: Locator): Promise<{ left: boolean; right: boolean }> {
    await table.scrollIntoViewIfNeeded();
    const { x, y, width } = (await table.boundingBox())!;
    const pieceAt = (from: number) => page.screenshot({ clip: { x: from, y: y + 5, width: 4, height: 3 } });
    const [left, between, right] = [await pieceAt(x + 4), await pieceAt(x + width / 2), await pieceAt(x + width - 8)];
    return { left: !left.equals(between), right: !right.equals(between) };
  }

  it('is calm for who asked for that', async () => {
    await openAsAdmin('/admin/users', {});
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll('*')]
        .filter((element) => parseFloat(getComputedStyle(element).transitionDuration) > 0)
        .map(({ outerHTML }) => outerHTML.slice(0, 80)),
    );
    expect(moving).toEqual([]);
  });

  it('on paper is black on white, without what can only be used on a screen', async () => {
    await openAsAdmin('/admin/users', { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    for (const hidden of ['.skip', '.tabs', '.own-links', '#site-search', 'form.filters', '.bulk fieldset', 'a.button'])
      expect([hidden, await page.locator(hidden).first().isVisible()]).toEqual([hidden, false]);
    expect(await page.locator('main input, main button').filter({ visible: true }).count()).toBe(0);
    for (const shown of ['h1', '.brand', 'thead th >> nth=2', 'tbody th >> nth=0'])
      expect([shown, await page.locator(shown).first().isVisible()]).toEqual([shown, true]);
    expect(await styleOf(page.locator('body'), 'backgroundColor')).toBe('rgb(255, 255, 255)');
    for (const text of ['h1', '.count', 'tbody th a >> nth=0', 'tbody td.joined >> nth=0'])
      expect(contrast(await styleOf(page.locator(text), 'color'), 'rgb(255, 255, 255)')).toBeGreaterThan(7);
    await page.goto('/admin');
    expect(await styleOf(page.locator('.scroll:visible').first(), 'overflowX')).toBe('visible');
  });

  it('on a sheet of A4 the access map is whole, with every area, page and role, whatever is folded', async () => {
    // Between its margins, upright and across.
    for (const width of [718, 1047]) {
      await openAsAdmin('/admin/access', { viewport: { width, height: 700 } });
      await page.emulateMedia({ media: 'print' });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      for (const part of ['.map tr', '.map th', '.map td'])
        expect([part, await page.locator(part).filter({ visible: false }).count()]).toEqual([part, 0]);
      expect(await page.locator('.map details p').first().isVisible()).toBe(true);
      expect(await page.locator('#one-role').isVisible()).toBe(false);
    }
  });

  it('nothing covers what has the focus', async () => {
    await openAsAdmin('/admin/access', { viewport: { width: 800, height: 500 } });
    const covered: string[] = [];
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      const text = await page.evaluate(() => {
        const focused = document.activeElement!;
        if (focused === document.body) return null;
        const { left, right, top, bottom } = focused.getClientRects()[0]!;
        // Of what is higher than the window, the part that is shown.
        const y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
        const points = [left + 2, (left + right) / 2, right - 2].map((x) => document.elementFromPoint(x, y));
        return points.some((element) => element && focused.contains(element)) ? null : focused.textContent;
      });
      if (text !== null) covered.push(text);
    }
    expect(covered).toEqual([]);
  });

  async function outline(element: Locator): Promise<{ style: string; width: string; colour: string }> {
    const [style, width, colour] = await Promise.all([
      styleOf(element, 'outlineStyle'),
      styleOf(element, 'outlineWidth'),
      styleOf(element, 'outlineColor'),
    ]);
    return { style, width, colour };
  }
});

function styleOf(element: Locator, name: keyof CSSStyleDeclaration & string): Promise<string> {
  return element.evaluate((found, property) => String(getComputedStyle(found)[property as never]), name);
}

/** WCAG 2.2, relative luminance. */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [one, other].map(luminance).sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [r, g, b] = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map((text) => {
    const part = Number(text) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
