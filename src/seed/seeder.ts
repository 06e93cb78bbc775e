import { Inject, Injectable, Logger } from '@nestjs/common';
import { builtInRoleNames } from '../access/catalogue';
import { UsersService } from '../accounts/users.service';
import { seeder } from '../audit/actor';
import { AuditChaining } from '../audit/audit-chaining.service';
import { KeyMark } from '../audit/key-mark';
import { settings, type Settings } from '../config/settings';
import { Passwords } from '../credentials/passwords';
import { AccessState } from '../database/access-state.entity';
import { Database } from '../database/database';
import { RoleCatalogue } from '../roles/role-catalogue.service';
import { EmailTaken } from '../users/user-errors';
import { SettingsCheck } from './settings-check';

/**
 * Brings a database up to this program: tables, catalogue, built-in roles, superuser.
 * Repeating it changes nothing, any number of processes may do it at once, and what an administrator changed stays as
 * they left it.
 */
@Injectable()
export class Seeder {
  private readonly logger = new Logger('Seeder');

  constructor(
    private readonly settingsCheck: SettingsCheck,
    private readonly database: Database,
    private readonly chaining: AuditChaining,
    private readonly key: KeyMark,
    private readonly catalogue: RoleCatalogue,
    private readonly users: UsersService,
    private readonly passwords: Passwords,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  async seed(): Promise<void> {
    await this.settingsCheck.check();
    await this.database.openAndMigrate(this.chaining);
    // The hash takes a while, so it is made before the lock is taken, and only where it may be needed.
    const passwordHash = (await this.needsSuperuser())
      ? await this.passwords.hash(this.settings.SUPERUSER_PASSWORD)
      : null;
    await this.database.changeAccess(async (manager) => {
      await this.key.ensure(manager);
      await this.catalogue.ensure(manager);
      if (passwordHash) await this.makeSuperuser(passwordHash);
    });
  }

  private async needsSuperuser(): Promise<boolean> {
    const state = await this.database.read.findOneByOrFail(AccessState, { id: AccessState.id });
    return state.superuserMadeAt === null;
  }

  /** A part of the change at hand, so that an account that is refused leaves nothing behind. */
  private async makeSuperuser(passwordHash: string): Promise<void> {
    const email = this.settings.SUPERUSER_ID;
    const superuser = { email, name: '', passwordHash, roles: builtInRoleNames() };
    try {
      const isNew = await this.database.changeAccess((manager) =>
        this.users.createSuperuserOnce(manager, seeder, superuser),
      );
      if (isNew) this.logger.log({ event: 'superuser made', email });
    } catch (error) {
      if (!(error instanceof EmailTaken)) throw error;
      // An account somebody else made is never raised to superuser by its address alone.
      this.logger.warn(
        `No superuser was made. ${error.message} To make an account an administrator, use "roles add <email> Admin".`,
      );
    }
  }
}
