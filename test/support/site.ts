import type { AddressInfo } from 'node:net';
import { Module, type ModuleMetadata, type Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { settingNames } from '../../src/config/settings';
import { createSite } from '../../src/site';
import { emptyDatabase, type TestDatabase } from './database';
import { holder } from './holder';
import { Person } from './person';

export const superuser = { email: 'admin@fakesite.com', password: 'superuser of the tests' };

/** What every site of a test is set to; a spec changes what it is about. */
export function testEnvironment(databaseUrl: string): Record<string, string> {
  return {
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl,
    SESSION_SECRET: 'the session secret of the tests',
    SECURITY_PASSWORD_SALT: '307680677384259925768439955171685999662',
    ENCRYPTION_KEY: 'dGhlIGVuY3J5cHRpb24ga2V5IG9mIHRoZSB0ZXN0cyE=',
    SUPERUSER_ID: superuser.email,
    SUPERUSER_PASSWORD: superuser.password,
    BCRYPT_COST: '4',
    LOG_LEVEL: 'error',
    PORT: '0',
    // A test may think for longer than a server waits, and the next request would meet a connection that is closing.
    KEEP_ALIVE_SECONDS: '120',
  };
}

/** What production wants besides. */
export const productionSecrets = {
  APP_URL: 'http://localhost',
  SUPERUSER_ID: 'boss@example.org',
  SESSION_SECRET: 'Yb0pKx3n1VdQ5rTgWm8uJc7sZa2eLh9f',
  SECURITY_PASSWORD_SALT: 'q6PzX1vRk8Nw3yTbE5hMj0uGd7sCa4Lf',
  BCRYPT_COST: '10',
};

/** What somebody has added to the site. */
export interface Added extends Pick<ModuleMetadata, 'imports' | 'controllers' | 'providers'> {
  /** As main.ts could, between the making of the application and its listening. */
  beforeListening?(app: NestExpressApplication): unknown;
}

function siteWith({ imports = [], controllers = [], providers = [] }: Added): Type {
  @Module({ imports, controllers, providers })
  class Extended {}
  return Extended;
}

/** The real application on a database of its own, over HTTP. */
export class Site {
  private registered = 0;

  private constructor(
    readonly app: NestExpressApplication,
    readonly origin: string,
    readonly database: TestDatabase,
  ) {}

  static start(changes: Record<string, string> = {}, controllers: Type[] = [], providers: Type[] = []): Promise<Site> {
    return Site.startWith({ controllers, providers }, changes);
  }

  static async startWith(added: Added, changes: Record<string, string> = {}): Promise<Site> {
    const database = await emptyDatabase();
    for (const name of settingNames) delete process.env[name];
    Object.assign(process.env, { ...testEnvironment(database.url), ...changes });
    let app: NestExpressApplication | undefined;
    try {
      app = await createSite(siteWith(added));
      await added.beforeListening?.(app);
      await app.listen(Number(changes.PORT ?? 0), '127.0.0.1');
    } catch (error) {
      await app?.close();
      await database.drop();
      throw error;
    }
    const { port } = app.getHttpServer().address() as AddressInfo;
    return new Site(app, `http://127.0.0.1:${port}`, database);
  }

  visitor(): Person {
    return new Person(this.origin);
  }

  /** Somebody who has just registered, signed in. */
  async user(email = `user${++this.registered}@example.org`, password = 'a password of a user'): Promise<Person> {
    const person = this.visitor();
    const { status } = await person.register(email, password);
    if (status !== 303) throw new Error(`Registration answered ${status}.`);
    return person;
  }

  /** The superuser, signed in. */
  async admin(): Promise<Person> {
    const person = this.visitor();
    const { status } = await person.signIn(superuser.email, superuser.password);
    if (status !== 303) throw new Error(`Sign-in answered ${status}.`);
    return person;
  }

  /** Somebody new who holds these roles besides `User`, signed in. */
  async as(...roles: string[]): Promise<Person> {
    return (await holder(this, ['User', ...roles])).person;
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.database.drop();
  }
}
