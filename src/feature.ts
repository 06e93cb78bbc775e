import type { Type } from '@nestjs/common';
import { getMetadataArgsStorage, type MigrationInterface } from 'typeorm';
import { catalogueFaults, registerCatalogue, repeated, type CatalogueParts } from './access/catalogue';
import { registerEvents, type EventWords } from './audit/describe-event';
import type { AuditAction } from './audit/event-names';
import type { MailData, MailName } from './mail/mail-names';
import { registerTold, type ToldEvent, type ToldWords } from './notices/told';

/** A link of a menu, shown to the people for whom the route opens. */
export interface Link {
  /** Like `GET /admin/users`; a route without parameters. */
  readonly to: string;
  readonly label: string;
  /** The menu: at the top of every page, under one's name there, or of the administration. `home`: in none of them. */
  readonly menu?: 'main' | 'account' | 'administration' | 'home';
  /** What one does there, in a sentence: with it the link is a card of the home page. Those at the top of every page always are. */
  readonly sentence?: string;
  /** In the administration: the area that it is one of the pages of. Without one, it is an area by itself. */
  readonly area?: string;
  /** The id of the part of the page that it leads to. */
  readonly part?: string;
  /** Whether the pages below it belong to it: it is shown as the current one there, and as the way back. */
  readonly section?: boolean;
}

export interface MailWords {
  /** What the mail is about, in a few words, perhaps of its data; the name of the site is put behind them. */
  readonly subject: string | ((data: MailData) => string);
  /** What its template shows besides its data, made of it when the mail is. */
  readonly model?: (data: MailData) => object;
}

/** All that the rest of the house needs to know of a feature. */
export interface Feature extends CatalogueParts {
  /** Stands before the names of its migrations in the database, so it never changes. */
  readonly name: string;
  /** What its pages and commands stand on. Controllers may be in it too. */
  readonly module?: Type;
  /** Its controllers where commands shall start without loading them. */
  readonly pages?: () => Type;
  readonly entities?: readonly (new () => object)[];
  readonly migrations?: readonly (new () => MigrationInterface)[];
  /** What it adds to the audit log, in words. */
  readonly events?: Readonly<Partial<Record<AuditAction, EventWords>>>;
  /** The mails it sends, each by views/mail/<name>.text.hbs and views/mail/<name>.html.hbs. */
  readonly mails?: Readonly<Partial<Record<MailName, MailWords>>>;
  /** What of it is told to the person whom it is about, by a mail and on the page of their account: "Your password was changed". */
  readonly told?: Readonly<Partial<Record<ToldEvent, ToldWords>>>;
  readonly commands?: readonly Type[];
  /** None is said by an empty list, so that none is forgotten. */
  readonly links: readonly Link[];
}

/** Where a module asks for the features by injection. */
export const FEATURES = Symbol('features');

export function defineFeature(feature: Feature): Feature {
  return feature;
}

/** Makes these the features of this process: the catalogue, the words of the audit log and what people are told are theirs. */
export function registerFeatures(features: readonly Feature[]): readonly Feature[] {
  registerCatalogue(features);
  registerEvents(features);
  registerTold(features);
  return features;
}

/** The start is refused: each line says what a feature lacks, or which of them contradict one another. */
export class FeatureFaults extends Error {
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
  }
}

/** Before anything is made of them. @throws FeatureFaults */
export function checkFeatures(features: readonly Feature[]): void {
  const faults = [
    ...repeated(features.map(({ name }) => name)).map((name) => `Two features are called "${name}"`),
    ...catalogueFaults(features),
    ...forgottenEntities(features),
    ...features.flatMap(({ migrations = [] }) => migrations.flatMap(faultsOfMigration)),
  ];
  if (faults.length > 0) throw new FeatureFaults(faults);
}

function forgottenEntities(features: readonly Feature[]): string[] {
  const listed = new Set<unknown>(entitiesOf(features));
  const loaded = getMetadataArgsStorage().tables.map(({ target }) => target);
  return loaded
    .filter((entity) => typeof entity === 'function' && !listed.has(entity))
    .map((entity) => `The entity ${nameOf(entity)} is no feature's: list it among the entities of its feature`);
}

function nameOf(entity: unknown): string {
  return typeof entity === 'function' ? entity.name : String(entity);
}

function faultsOfMigration({ name }: { name: string }): string[] {
  if (timeIn(name) > 0) return [];
  return [`The name of the migration ${name} must end with the time of its making, in milliseconds since 1970`];
}

export function modulesOf(features: readonly Feature[]): Type[] {
  return features.flatMap(({ module }) => module ?? []);
}

/** Loads what only the site needs. */
export function pagesOf(features: readonly Feature[]): Type[] {
  return features.flatMap(({ pages }) => pages?.() ?? []);
}

export function commandsOf(features: readonly Feature[]): Type[] {
  return features.flatMap(({ commands = [] }) => commands);
}

export function entitiesOf(features: readonly Feature[]): (new () => object)[] {
  return features.flatMap(({ entities = [] }) => entities);
}

/** The last migration whose name does not say which feature brought it; names of migrations never change. */
const LAST_WITHOUT_FEATURE = 1768608000000;

/** In the order of their times; each under a name that says whose it is. */
export function migrationsOf(features: readonly Feature[]): (new () => MigrationInterface)[] {
  const migrations = features.flatMap(({ name, migrations = [] }) => migrations.map((it) => belongingTo(name, it)));
  return migrations.sort((one, other) => timeIn(one.name) - timeIn(other.name));
}

function belongingTo(feature: string, Migration: new () => MigrationInterface): new () => MigrationInterface {
  if (timeIn(Migration.name) <= LAST_WITHOUT_FEATURE) return Migration;
  const Belonging = class extends Migration {};
  return Object.defineProperty(Belonging, 'name', { value: `${feature}/${Migration.name}` });
}

/** In milliseconds since 1970; 0 where there is none. */
function timeIn(nameOfMigration: string): number {
  return Number(/\d{13}$/.exec(nameOfMigration)?.[0] ?? 0);
}
