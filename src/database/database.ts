import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import pLimit from 'p-limit';
import { MigrationExecutor, type DataSource, type EntityManager } from 'typeorm';
import { exposureOf, nameOfDatabase } from '../config/database-address';
import { settings, type Settings } from '../config/settings';
import { AccessState } from './access-state.entity';
import { answerable, Patience, whileAvailable } from './availability';
import { sqliteFile } from './connection-options';
import { ensureKeysEnd, ensureTablesOf } from './entity-tables';
import {
  DatabaseAhead,
  DatabaseBehind,
  DatabaseUnavailable,
  isConflict,
  isMissingTable,
  DomainError,
  whyNotOpened,
} from './errors';
import type { MigrationHelp } from './migration-help';
import { unknownMigrations } from './migration-parts';
import { checkSession } from './server-session';
import { exposuresOf, faultOf, identityOf, makePrivately } from './sqlite-files';
import { holdingFileLock, holdingServerLock } from './start-lock';

export const READER = 'reader';

/**
 * The ways to the data: `read` for everything that only looks, `transaction` for records nobody's access
 * depends on, and `changeAccess` for whatever decides who may do what.
 */
@Injectable()
export class Database {
  private readonly logger = new Logger('Database');
  /** The file of SQLite; null where the database is a server. */
  private readonly file: string | null;
  /** Which file it was when it was opened. */
  private opened: string | null = null;
  /** As messages name the database. */
  private readonly name: string;
  private readonly patience = new Patience();
  /** SQLite has one writing connection: a transaction has it to itself until it ends. */
  private readonly inTurn;
  /** Called once for each domain error thrown by a change, by a part of one, by a dry run, and by a read. */
  onDomainError: (error: DomainError) => void = () => undefined;
  private readonly told = new WeakSet<DomainError>();
  /** What is to be done once the transaction at hand is over. */
  private readonly committing = new AsyncLocalStorage<Set<() => void>>();
  /** The change that the code at hand is a part of. */
  private readonly changing = new AsyncLocalStorage<Change | null>();

  constructor(
    @Inject(settings.KEY) private readonly settings: Settings,
    @InjectDataSource() private readonly writer: DataSource,
    @InjectDataSource(READER) private readonly reader: DataSource,
  ) {
    this.file = sqliteFile(settings);
    this.name = nameOfDatabase(settings.DATABASE_URL);
    answerable(writer, this.patience, this.name);
    answerable(reader, this.patience, this.name);
    this.inTurn = this.file ? pLimit(1) : null;
  }

  /** Sees committed data only and can't write. */
  get read(): EntityManager {
    return this.reader.manager;
  }

  /**
   * All of `work` or nothing; it is run again where another came in its way, as where it reads first on SQLite, and another
   * process writes before it does.
   *
   * @throws DatabaseUnavailable where the database can't be used just now
   */
  async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    // A part of no change, also where it was begun within one that goes on beside it.
    const run = () => this.changing.run(null, () => this.runTransaction(work));
    const following = new Set<() => void>();
    const result = await this.committing.run(following, () => (this.inTurn ? this.inTurn(run) : run()));
    for (const follow of following) follow();
    return result;
  }

  /**
   * Does something once the transaction at hand is committed, and never where it is undone: once, however often it is
   * left. Where only a part of a change is undone it is done all the same.
   */
  afterCommit(follow: () => void): void {
    const following = this.committing.getStore();
    if (!following) throw new Error('There is no transaction at hand, after which that could be done.');
    following.add(follow);
  }

  /** Of two transactions that come in each other's way one is undone, and run again. */
  private async runTransaction<T>(work: (manager: EntityManager) => Promise<T>, triesLeft = 5): Promise<T> {
    try {
      await this.ensureUsable();
      const result = await whileAvailable(this.name, () => this.writer.transaction(work));
      this.patience.end();
      return result;
    } catch (error) {
      await this.leaveNothingOpen();
      if (triesLeft === 0 || !isConflict(error)) throw error;
      this.committing.getStore()?.clear();
      return this.runTransaction(work, triesLeft - 1);
    }
  }

  /**
   * SQLite undoes a transaction by itself where its disk is full or fails. TypeORM would go on counting that one as open,
   * and later ones as parts of it, which are never committed.
   */
  private async leaveNothingOpen(): Promise<void> {
    if (!this.file || !this.writer.isInitialized || !this.writer.createQueryRunner().isTransactionActive) return;
    await this.writer.destroy();
    await this.ensureUsable();
  }

  /** What is written to a file that was removed or replaced would be lost with the process. */
  private async ensureUsable(): Promise<void> {
    if (!this.file) return;
    if (this.opened !== null && identityOf(this.file, this.name) !== this.opened)
      throw new DatabaseUnavailable(this.name, 'its file was removed or replaced. Start the site again.');
    if (!this.writer.isInitialized) await whileAvailable(this.name, () => this.initialize(this.writer));
  }

  /**
   * A transaction that changes who may do what. It begins by taking the one lock, so all such changes, of all
   * processes, happen one after the other, and each sees what the one before it left. Within another one it is a part
   * of that: undone with it, and undone alone where it fails and the one around it goes on.
   */
  async changeAccess<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.tellingRefusals(() => this.change(work));
  }

  /** Only looks, for somebody who is about to change who may do what: where that is refused, so is the look. */
  async readForChange<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.tellingRefusals(() => work(this.read));
  }

  private async tellingRefusals<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DomainError && !this.told.has(error)) this.onDomainError(error);
      if (error instanceof DomainError) this.told.add(error);
      throw error;
    }
  }

  private async change<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const around = this.changeAtHand();
    if (around) return partOf(around, work);
    return this.transaction(async (manager) => {
      await manager.update(AccessState, AccessState.id, { turn: newVersion() });
      const change: Change = { manager, remaining: [], closing: [], isOver: false };
      const result = await this.changing.run(change, () => inFull(change, work));
      await close(change);
      return result;
    });
  }

  /** null too for what a change has begun and left going on, such as a timer, once the change is over. */
  private changeAtHand(): Change | null {
    const change = this.changing.getStore();
    return change && !change.isOver ? change : null;
  }

  /**
   * Leaves for the end of the change at hand what follows from it, decides nothing, and may take long. A dry run never
   * comes to its end, so it is spared this.
   */
  beforeCommit(work: Work): void {
    const change = this.changeAtHand();
    if (!change) throw new Error('There is no change of access at hand, at whose end that could be done.');
    change.remaining.push(work);
  }

  /**
   * For what locks a row that others wait for, and is quick: in a change of access it is left for the very end, behind
   * all that `beforeCommit` left, so that nobody waits for the change, and done once with all items that were left for it;
   * in an ordinary transaction it is done at once.
   */
  async atTheEnd<Item>(manager: EntityManager, item: Item, work: WorkOn<Item>): Promise<void> {
    const change = this.changeAtHand();
    if (change) change.closing.push({ item, work: work as WorkOn<unknown> });
    else await work(manager, [item]);
  }

  /** Makes a change, and undoes it: what it returned is all that remains, or what it threw. */
  async dryRun<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const undone = new Undone<T>();
    try {
      return await this.changeAccess(async (manager) => {
        undone.result = await work(manager);
        throw undone;
      });
    } catch (error) {
      if (error !== undone) throw error;
      return undone.result as T;
    }
  }

  /** Opens the database, makes it where there is none, and brings its tables up to date; any number of processes may. */
  async openAndMigrate(help?: MigrationHelp): Promise<void> {
    await this.ensureNoFault();
    await this.alone(async () => {
      if (this.file) await makePrivately(this.file, this.name);
      await this.connect();
      await this.ensureNotAhead();
      await this.migrate(help);
      await ensureTablesOf(this.reader);
      await ensureKeysEnd(this.reader);
    });
    for (const sentence of this.exposures()) this.logger.warn(sentence);
  }

  /** @throws DatabaseBehind when there is no database, or one that lacks a migration; nothing is made. */
  async openExisting(): Promise<void> {
    if (this.file && identityOf(this.file, this.name) === null) throw new DatabaseBehind(this.name);
    await this.ensureNoFault();
    await this.alone(() => this.connect());
    await this.ensureNotAhead();
    if (!(await this.isUpToDate())) throw new DatabaseBehind(this.name);
  }

  private async ensureNoFault(): Promise<void> {
    const fault = this.file && (await faultOf(this.file, this.name));
    if (fault) throw fault;
  }

  private async ensureNotAhead(): Promise<void> {
    const { ofKnownParts, ofOthers } = unknownMigrations(await this.appliedMigrations(), this.knownMigrations());
    if (ofKnownParts.length > 0) throw new DatabaseAhead(this.name, ofKnownParts);
    if (ofOthers.length > 0)
      this.logger.warn(
        `The database has migrations of features that this program does not have: ${ofOthers.join(', ')}`,
      );
  }

  /** What others could see of it, a sentence each; none but in production. Opens nothing. */
  exposures(): string[] {
    if (!this.settings.isProduction) return [];
    const exposure = exposureOf(this.settings.DATABASE_URL);
    return [...(exposure ? [exposure] : []), ...(this.file ? exposuresOf(this.file, this.name) : [])];
  }

  /** Changes nothing. @throws DatabaseUnavailable */
  async ensureWritable(): Promise<void> {
    await this.change(() => Promise.resolve());
  }

  /** Whether every migration of this program has run. A database that can't be asked is an error, not a "no". */
  async isUpToDate(): Promise<boolean> {
    await this.ensureUsable();
    const applied = new Set(await this.appliedMigrations());
    return this.knownMigrations().every((name) => applied.has(name));
  }

  private knownMigrations(): string[] {
    return this.writer.migrations.map((migration) => migration.name ?? migration.constructor.name);
  }

  private async appliedMigrations(): Promise<string[]> {
    try {
      const rows: { name: string }[] = await this.read.query('SELECT name FROM migrations');
      return rows.map(({ name }) => name);
    } catch (error) {
      if (isMissingTable(error)) return [];
      throw error;
    }
  }

  /** A server guards its opening itself; its tables are guarded where they are changed. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    return this.file ? holdingFileLock(this.file, this.name, work) : work();
  }

  private async migrate(help?: MigrationHelp): Promise<void> {
    const runner = this.writer.createQueryRunner();
    runner.data.help = help;
    const executor = new MigrationExecutor(this.writer, runner);
    executor.transaction = 'each';
    const run = () => executor.executePendingMigrations();
    try {
      await (this.file ? run() : holdingServerLock(runner, run));
    } finally {
      await runner.release();
    }
  }

  private async connect(): Promise<void> {
    try {
      await this.initialize(this.writer);
      await this.initialize(this.reader);
      if (this.file) this.opened = identityOf(this.file, this.name);
      else for (const pool of [this.writer, this.reader]) await checkSession((sql) => pool.query(sql));
    } catch (error) {
      throw whyNotOpened(this.name, error);
    }
  }

  private async initialize(source: DataSource): Promise<void> {
    if (!source.isInitialized) await this.patience.whileBusy(() => source.initialize());
  }
}

type Work = (manager: EntityManager) => Promise<void>;

type WorkOn<Item> = (manager: EntityManager, items: readonly Item[]) => Promise<void>;

interface Change {
  manager: EntityManager;
  /** What is done at its end. */
  remaining: Work[];
  /** What is done behind that. */
  closing: { item: unknown; work: WorkOn<unknown> }[];
  isOver: boolean;
}

async function inFull<T>(change: Change, work: (manager: EntityManager) => Promise<T>): Promise<T> {
  try {
    const result = await work(change.manager);
    for (const remaining of change.remaining) await remaining(change.manager);
    return result;
  } finally {
    change.isOver = true;
  }
}

async function close({ manager, closing }: Change): Promise<void> {
  for (const work of new Set(closing.map((one) => one.work)))
    await work(
      manager,
      closing.filter((one) => one.work === work).map(({ item }) => item),
    );
}

/** What a part left for the end goes with it where it fails. */
async function partOf<T>(
  { manager, remaining, closing }: Change,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  const lengths = [remaining.length, closing.length] as const;
  try {
    return await manager.transaction(work);
  } catch (error) {
    [remaining.length, closing.length] = lengths;
    throw error;
  }
}

/** Carries the result of a change past the end of its transaction, which it undoes. */
class Undone<T> extends Error {
  result?: T;
}

/** Versions are random, never counters: a rolled-back one never comes again. */
export function newVersion(): string {
  return randomUUID().replaceAll('-', '');
}
