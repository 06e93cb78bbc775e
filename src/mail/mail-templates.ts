import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { timeInWords } from '../config/moments';
import { settings, type Settings } from '../config/settings';
import { FeatureFaults } from '../feature';
import type { MailData } from './mail-names';
import { MailSubjects } from './mail-subjects';

const folder = join(__dirname, '../../views/mail');
const parts = ['text', 'html'] as const;
type Part = (typeof parts)[number];

/** What every template may show beside its own data. */
export interface MailModel {
  readonly appName: string;
  readonly appUrl: string;
  readonly subject: string;
  readonly address: string;
  /** What they are called; null where the address is not proven, so that no stranger's words are mailed to its owner. */
  readonly name: string | null;
  readonly link: string | null;
  readonly ends: Date | null;
}

type Render = (model: object) => string;

/** The mails of all features: `views/mail/<name>.text.hbs` and `<name>.html.hbs`, each in its layout. */
@Injectable()
export class MailTemplates implements OnApplicationBootstrap {
  private readonly compiled = new Map<string, Promise<Render>>();

  constructor(
    @Inject(settings.KEY) private readonly settings: Settings,
    private readonly subjects: MailSubjects,
  ) {}

  /** @throws FeatureFaults where a mail of a feature lacks a part */
  onApplicationBootstrap(): void {
    const files = this.subjects.names.flatMap((name) => parts.map((part) => `${name}.${part}.hbs`));
    const faults = files
      .filter((file) => !existsSync(join(folder, file)))
      .map((file) => `A mail of a feature lacks its view views/mail/${file}`);
    if (faults.length > 0) throw new FeatureFaults(faults);
  }

  async render(name: string, about: Pick<MailModel, 'address' | 'name' | 'link' | 'ends'>, data: MailData) {
    const { APP_NAME: appName, APP_URL: appUrl } = this.settings;
    const subject = `${this.subjects.subjectOf(name, data)} – ${appName}`;
    const more = this.subjects.modelOf(name, data);
    const model: MailModel = { ...data, ...more, appName, appUrl, subject, ...about };
    const [text, html] = await Promise.all(parts.map(async (part) => (await this.templateOf(name, part))(model)));
    return { subject, text: text!, html: html! };
  }

  private templateOf(name: string, part: Part): Promise<Render> {
    const file = `${name}.${part}`;
    const compiled = this.compiled.get(file) ?? compile(name, part);
    if (this.settings.isProduction) this.compiled.set(file, compiled);
    return compiled;
  }
}

async function compile(name: string, part: Part): Promise<Render> {
  const hbs = await import('hbs');
  const { handlebars } = hbs.create();
  handlebars.registerHelper('time', timeInWords);
  handlebars.registerPartial('layout', await readFile(join(folder, `layout.${part}.hbs`), 'utf8'));
  if (part === 'html') handlebars.registerPartial('button', await readFile(join(folder, 'button.html.hbs'), 'utf8'));
  const view = await readFile(join(folder, `${name}.${part}.hbs`), 'utf8');
  // A name that is misspelt is an error; plain text has nothing to escape.
  const options = { strict: true, noEscape: part === 'text', knownHelpers: { time: true }, knownHelpersOnly: true };
  return handlebars.compile(view, options);
}
