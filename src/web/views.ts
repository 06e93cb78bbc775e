import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { HelperOptions, TemplateDelegate } from 'handlebars';
import { create } from 'hbs';
import { LRUCache } from 'lru-cache';
import { AccessMap } from '../access/access-map';
import { Access } from '../access/access.service';
import type { Principal } from '../access/principal';
import { beginningInWords, dateInWords, dayInWords, endInWords, timeInWords } from '../config/moments';
import { settings, type Settings } from '../config/settings';
import { FEATURES, type Feature } from '../feature';
import { isTicked } from '../forms/fields';
import type { FormModel } from '../forms/form';
import { isolated } from '../text/isolated';
import type { Assets } from './assets';
import { Codes } from './codes';
import { cardsOf, menusOf, navigationOf, type Menus } from './menus';

const root = join(__dirname, '../..');
const viewsFolder = join(root, 'views');

/** Handlebars with the helpers our views use. In development a changed view is seen at the next request. */
export function useViews(app: NestExpressApplication, assets: Assets): void {
  const { APP_NAME, isProduction } = app.get<Settings>(settings.KEY);
  app.engine('hbs', viewEngine(app.get(Access), app.get(AccessMap), assets, isProduction));
  app.setBaseViewsDir(viewsFolder);
  app.setViewEngine('hbs');
  app.set('view cache', isProduction);
  app.setLocal('appName', APP_NAME);
  app.setLocal('layout', false);
  app.setLocal('menus', menusOf(app.get<readonly Feature[]>(FEATURES)));
}

type Engine = (...args: unknown[]) => void;

/** Renders our views, with links for what `access` allows; the views are read once where they are kept. */
export function viewEngine(access: MayUse, accessMap: Titles, assets: Assets, isKept: boolean): Engine {
  const hbs = create();
  const codes = new Codes(accessMap, hbs.handlebars.escapeExpression);
  registerHelpers(hbs, access, codes, assets);
  registerCodes(hbs, codes);
  knowHelpers(hbs);
  registerPartials(hbs);
  return (...args) => {
    if (!isKept) registerPartials(hbs);
    (hbs.__express as Engine)(...args);
  };
}

/** Texts of views, as many as there will be and some that are being edited. */
const KEPT_COMPILED = 500;

/**
 * A text is compiled once, also where views are read at each request. A name is a helper of ours or a value, and not looked for among both whenever a page is made; a misspelt helper is an
 * error. Partials are not indented: what somebody has typed into a textarea would be, too.
 */
function knowHelpers({ handlebars }: Hbs): void {
  const { compile, helpers, parse } = handlebars;
  const knownHelpers = Object.fromEntries(Object.keys(helpers).map((name) => [name, true]));
  const always = { knownHelpers, knownHelpersOnly: true, preventIndent: true };
  const compiled = new LRUCache<string, TemplateDelegate>({
    max: KEPT_COMPILED,
    memoMethod: (view) => compile(view, always),
  });
  handlebars.compile = <Model>(view: string) => compiled.memo(view) as TemplateDelegate<Model>;
  handlebars.parse = (view, options) => {
    refuseBareHelpers(view, knownHelpers);
    return parse(view, options);
  };
}

/** @throws Error where a helper is written like a value: a field of the same name is not what would be shown. */
function refuseBareHelpers(view: string, helpers: Readonly<Record<string, boolean>>): void {
  for (const [bare, name = ''] of view.matchAll(/\{\{\s*(\w+)\s*\}\}/g))
    if (Object.hasOwn(helpers, name))
      throw new Error(`${bare} is a helper, which takes a value. For a field of that name write {{this.${name}}}.`);
}

type MayUse = Pick<Access, 'mayUse' | 'mayUseFor'>;
type Titles = Pick<AccessMap, 'entryOf'>;
type Hbs = ReturnType<typeof create>;

function parametersOf({ hash }: HelperOptions): Record<string, string> {
  return Object.fromEntries(Object.entries(hash as object).map(([name, value]) => [name, String(value)]));
}

interface PageData {
  principal: Principal | null;
  path: string;
  menus: Menus;
  errors?: FormModel['errors'];
  markSecret(): void;
}

/** As an attribute: in what somebody has typed, the word stands between tags or within quotes. */
const AUTOFOCUS = /<[a-z]+(?:\s+[\w-]+(?:="[^"]*")?)*\s+autofocus\b/;

function registerHelpers(hbs: Hbs, access: MayUse, codes: Codes, assets: Assets): void {
  const pageOf = (options: HelperOptions) => (options.data as { root: PageData }).root;

  /**
   * {{#may "GET /admin"}}…{{/may}}: shown to who may use that route; {{#may "GET /users/:id/history" id=user.id}} for
   * that record, or `record=this` where the record itself is at hand. An unknown route is an error.
   */
  hbs.registerHelper('may', function (this: unknown, route: string, options: HelperOptions) {
    const { principal } = pageOf(options);
    const { record } = options.hash as { record?: unknown };
    const isAllowed = record
      ? access.mayUseFor(route, principal, record)
      : access.mayUse(route, principal, parametersOf(options));
    return isAllowed ? options.fn(this) : options.inverse(this);
  });

  /**
   * {{#sayingFirst}}…{{else}}…{{/sayingFirst}}: before the page, what is after `else`. Of the errors of its form that has the
   * `sentences` of those that the page doesn't show, such as of a hidden field, and `fields` for those beside a field; and
   * `isFocusFree` says whether nothing of these or of the page takes the focus.
   */
  hbs.registerHelper('sayingFirst', function (this: unknown, options: HelperOptions) {
    const page = options.fn(this);
    const errors = Object.entries(pageOf(options).errors ?? {});
    const fields = errors.filter(([name]) => page.includes(`id="${name}-error"`));
    const isSaid = (sentence: string) => page.includes(`role="alert">${codes.marked(sentence)}`);
    const unsaid = errors.map(([, sentence]) => sentence).filter((sentence) => !isSaid(sentence));
    const said = fields.map(([name, sentence]) => ({
      at: page.includes(`id="${name}"`) ? name : `${name}-error`,
      sentence,
    }));
    const isFocusFree = said.length === 0 && !AUTOFOCUS.test(page);
    return options.inverse({ sentences: [...new Set(unsaid)], fields: said, isFocusFree }) + page;
  });

  /** {{asset "/assets/app.css"}}: its address, with a mark of its content, so that it may be kept for ever. */
  hbs.registerHelper('asset', (path: string) => assets.addressOf(path));

  /** {{secret address}}: the only way to show a secret. The page is then kept nowhere and compressed by nobody. */
  hbs.registerHelper('secret', (text: string, options: HelperOptions) => {
    pageOf(options).markSecret();
    return text;
  });

  /** {{#if (is path "/admin")}} */
  hbs.registerHelper('or', (one: unknown, other: unknown) => (isThere(one) ? one : other));
  /** {{#if (ticked values.remember)}} */
  hbs.registerHelper('ticked', isTicked);
  /** href="/login?next={{inQuery next}}" */
  hbs.registerHelper('inQuery', (text: unknown) => encodeURIComponent(String(text)));
  hbs.registerHelper('and', (one: unknown, other: unknown) => (isThere(one) ? other : one));
  /** title={{isolated name}}: a name where no <bdi> can stand */
  hbs.registerHelper('isolated', (text: unknown) => isolated(String(text)));
  hbs.registerHelper('is', (one: unknown, other: unknown) => one === other);

  /** {{#with (navigation)}}: the links of the menus for who reads the page, and where it is among them. */
  hbs.registerHelper('navigation', (options: HelperOptions) => {
    const { menus, path, principal } = pageOf(options);
    return navigationOf(menus, path, (route) => access.mayUse(route, principal));
  });

  /** {{#with (cards)}}: what who reads the page can do here, from the links of the features. */
  hbs.registerHelper('cards', (options: HelperOptions) => {
    const { menus, principal } = pageOf(options);
    return cardsOf(menus, (route) => access.mayUse(route, principal));
  });

  /** {{nameOf person}}: their name, or their address where they have none */
  hbs.registerHelper('nameOf', (person?: { name?: string; email?: string }) => person?.name || person?.email);
  /** {{date createdAt}}: 24 November 2026 */
  hbs.registerHelper('date', dateInWords);
  /** {{day wantedOn}}: 24 November 2026, of a day as a form sends it, like 2026-11-24; nothing where there is none */
  hbs.registerHelper('day', (day: string | null) => (day ? dayInWords(day) : ''));
  /** {{time seen}}: 24 November 2026, 18:00 UTC */
  hbs.registerHelper('time', timeInWords);
  /** {{beginning from}}, {{end until}}: the first and the last day, or a time within one */
  hbs.registerHelper('beginning', beginningInWords);
  hbs.registerHelper('end', endInWords);
  hbs.registerHelper('number', (count: number) => numberFormat.format(count));
}

/** How views tell codes, which stand as code or small, behind their words. */
function registerCodes(hbs: Hbs, codes: Codes): void {
  const html = (text: string) => new hbs.handlebars.SafeString(text);
  /** {{wordsOf "GET /admin/audit"}}: Read the audit log; {{wordsOf "users-read"}}: See users */
  hbs.registerHelper('wordsOf', (code: string) => html(codes.wordsOf(code)));
  /** {{abilityOf "users-read" isReader}}: see users */
  hbs.registerHelper('abilityOf', (code: string, isReader: unknown) => html(codes.abilityOf(code, isReader === true)));
  /** {{codeOf "GET /login"}}: GET, POST /login, after a blank */
  hbs.registerHelper('codeOf', (code: string) => html(codes.codeOf(code)));
  /** {{called route}}: both */
  hbs.registerHelper('called', (code: string) => html(codes.called(code)));
  /** {{plainly sentence}}: a sentence of ours, with the codes in it by what they are called */
  hbs.registerHelper('plainly', (text: unknown) => html(codes.plainly(typeof text === 'string' ? text : '')));
  /** {{marked sentence}}: a sentence of ours, with the codes in it */
  hbs.registerHelper('marked', (text: unknown) => html(codes.marked(typeof text === 'string' ? text : '')));
}

/** As {{#if}} takes it: a list of nothing is nothing. */
function isThere(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

const numberFormat = new Intl.NumberFormat('en-GB');

/** Every view is a partial too, under its path without the ending: {{> partials/field}}. */
function registerPartials(hbs: Hbs): void {
  const files = readdirSync(viewsFolder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.hbs'));
  for (const file of files) {
    const path = join(viewsFolder, file);
    hbs.registerPartial(
      relative(viewsFolder, path)
        .replace(/\.hbs$/, '')
        .replaceAll('\\', '/'),
      readFileSync(path, 'utf8'),
    );
  }
}
