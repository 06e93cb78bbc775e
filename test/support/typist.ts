import type { Browser, Locator, Page } from 'playwright-core';
import { barriersOn, openPage, plain } from './browser';

/** The widest page has this many places for the focus, and some. */
const MOST_TABS = 200;

type TabKey = 'Tab' | 'Shift+Tab';

/** Somebody who uses the site with a keyboard and nothing else. Where scripts run, axe looks over every page they come to. */
export class Typist {
  private status = 0;

  private constructor(
    private readonly page: Page,
    private readonly complaints: string[],
    private readonly javaScriptEnabled: boolean,
  ) {
    page.on('response', (answer) => {
      if (answer.request().isNavigationRequest()) this.status = answer.status();
    });
  }

  /** @param cookie of the session they have; none for a visitor */
  static async sitsDown(browser: Browser, origin: string, javaScriptEnabled: boolean, cookie = ''): Promise<Typist> {
    const { page, complaints } = await openPage(browser, { origin, cookie, javaScriptEnabled });
    return new Typist(page, complaints, javaScriptEnabled);
  }

  async leaves(): Promise<void> {
    await this.page.context().close();
    expect(this.complaints).toEqual([]);
  }

  /** Types an address into the browser's own field. */
  async opens(path: string): Promise<void> {
    await this.page.goto(path);
    await this.looksOver();
  }

  async follows(link: string | RegExp): Promise<void> {
    await this.enters(this.page.getByRole('link', { name: link, exact: true }));
  }

  async presses(button: string): Promise<void> {
    await this.enters(this.page.getByRole('button', { name: button, exact: true }));
  }

  /** Shows what is folded, like a menu. */
  async unfolds(words: string): Promise<void> {
    await this.reaches(this.page.locator('summary', { hasText: words }));
    await this.page.keyboard.press('Enter');
  }

  async types(label: string, text: string): Promise<void> {
    await this.reaches(this.field(label));
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.type(text);
  }

  /** What was typed, by Enter in its field. */
  async sends(): Promise<void> {
    const arrived = this.page.waitForEvent('load');
    await this.page.keyboard.press('Enter');
    await arrived;
    await this.looksOver();
  }

  /** @param day as in 2099-01-31, whose parts the field asks for in the order of its language */
  async dates(label: string, day: string): Promise<void> {
    const [year, month, date] = day.split('-');
    await this.reaches(this.field(label));
    await this.page.keyboard.type(`${month}${date}${year}`);
    expect(await this.field(label).inputValue()).toBe(day);
  }

  async chooses(label: string, option: string): Promise<void> {
    const select = this.field(label);
    const chosen = select.locator('option:checked');
    const options = await select.locator('option').count();
    await this.reaches(select);
    await this.page.keyboard.press('Home');
    for (let i = 0; i < options && (await chosen.textContent()) !== option; i++)
      await this.page.keyboard.press('ArrowDown');
    expect(await chosen.textContent()).toBe(option);
  }

  /** Ticks the box, or takes the tick away. */
  async ticks(label: string, key: TabKey = 'Tab'): Promise<void> {
    const box = this.page.getByRole('checkbox', { name: label });
    const wasTicked = await box.isChecked();
    await this.reaches(box, key);
    await this.page.keyboard.press('Space');
    expect(await box.isChecked()).toBe(!wasTicked);
  }

  get place(): string {
    return new URL(this.page.url()).pathname;
  }

  /** The status of the page they are at, and its heading. */
  async sees(): Promise<[number, string | undefined]> {
    return [this.status, (await this.page.getByRole('heading', { level: 1 }).textContent())?.trim()];
  }

  async heading(): Promise<string> {
    return plain(await this.page.getByRole('heading', { level: 1 }).textContent());
  }

  async reads(): Promise<string> {
    return plain(await this.page.getByRole('main').textContent());
  }

  /** What they are told about what they have just done. */
  async isTold(): Promise<string> {
    return plain(await this.page.getByRole('status').textContent());
  }

  async readsIn(label: string): Promise<string> {
    await this.reaches(this.field(label));
    return this.field(label).inputValue();
  }

  /** What is said to be wrong with the field. */
  async isCorrectedAt(label: string): Promise<string> {
    expect(await this.field(label).getAttribute('aria-invalid')).toBe('true');
    const [error] = (await this.field(label).getAttribute('aria-describedby'))?.split(' ') ?? [];
    return plain(await this.page.locator(`#${error}`).textContent());
  }

  /** The field of that label, with or without a remark in brackets. */
  private field(label: string): Locator {
    return this.page.getByLabel(new RegExp(`^${label}( \\(.*\\))?$`));
  }

  private async enters(control: Locator): Promise<void> {
    await this.reaches(control);
    const arrived = this.page.waitForEvent('load');
    await this.page.keyboard.press('Enter');
    await arrived;
    await this.looksOver();
  }

  private async reaches(control: Locator, key: TabKey = 'Tab'): Promise<void> {
    const reached = control.and(this.page.locator(':focus'));
    for (let presses = 0; presses < MOST_TABS; presses++) {
      await this.page.keyboard.press(key);
      if ((await reached.count()) === 0) continue;
      expect(await reached.evaluate(isMarked)).toBe(true);
      return;
    }
    throw new Error(`The ${key} key never reaches ${String(control)} of ${this.page.url()}.`);
  }

  private async looksOver(): Promise<void> {
    if (this.javaScriptEnabled) expect(await barriersOn(this.page)).toEqual([]);
  }
}

/** Whether who looks at the page sees where the focus is. */
function isMarked(element: Element): boolean {
  const { outlineStyle, boxShadow } = getComputedStyle(element);
  return outlineStyle !== 'none' || boxShadow !== 'none';
}
