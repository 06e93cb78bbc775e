import type { Browser, Page } from 'playwright-core';
import { openPage, plain } from './browser';

/** Somebody who uses the site with a mouse, and types only words. */
export class Clicker {
  private constructor(
    private readonly page: Page,
    private readonly complaints: string[],
  ) {}

  static async sitsDown(browser: Browser, origin: string, cookie: string): Promise<Clicker> {
    const { page, complaints } = await openPage(browser, { origin, cookie });
    return new Clicker(page, complaints);
  }

  async leaves(): Promise<void> {
    await this.page.context().close();
    expect(this.complaints).toEqual([]);
  }

  async opens(path: string): Promise<void> {
    await this.page.goto(path);
  }

  /** The first of that name. */
  async follows(link: string | RegExp): Promise<void> {
    await this.page.getByRole('link', { name: link, exact: true }).first().click();
    await this.page.waitForLoadState();
  }

  async presses(button: string): Promise<void> {
    await this.page.getByRole('button', { name: button, exact: true }).click();
    await this.page.waitForLoadState();
  }

  async ticks(label: string): Promise<void> {
    await this.page.getByRole('checkbox', { name: label }).click();
  }

  async types(label: string, word: string): Promise<void> {
    await this.page.getByLabel(new RegExp(`^${label}( \\(.*\\))?$`)).fill(word);
  }

  async sends(): Promise<void> {
    const arrived = this.page.waitForEvent('load');
    await this.page.keyboard.press('Enter');
    await arrived;
  }

  async heading(): Promise<string> {
    return plain(await this.page.getByRole('heading', { level: 1 }).textContent());
  }

  async reads(): Promise<string> {
    return plain(await this.page.getByRole('main').textContent());
  }

  async isTold(): Promise<string> {
    return plain(await this.page.getByRole('status').textContent());
  }
}
