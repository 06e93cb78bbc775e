import { Module, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module';
import { AuditWatch } from '../audit/audit-watch';
import { CredentialsModule } from '../credentials/credentials.module';
import { RolesModule } from '../roles/roles.module';
import { Seeder } from './seeder';
import { SettingsCheck } from './settings-check';

/** Makes the seeder available; it does nothing by itself, so that no command but `seed` touches the database's tables. */
@Module({
  imports: [AccountsModule, CredentialsModule, RolesModule],
  providers: [Seeder, SettingsCheck],
  exports: [Seeder, SettingsCheck],
})
export class SeedModule {}

/** So long after the start, who waited for the site has been answered. */
const WARNED_AFTER_MS = 2_000;

/** For the site: its database is up to date before the first request is answered. */
@Module({ imports: [SeedModule] })
export class SeedAtStartModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer?: NodeJS.Timeout;
  private warning?: Promise<void>;

  constructor(
    private readonly seeder: Seeder,
    private readonly watch: AuditWatch,
    private readonly settingsCheck: SettingsCheck,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.seeder.seed();
    await this.watch.begin();
    this.timer = setTimeout(() => {
      this.warning = this.settingsCheck.warn();
    }, WARNED_AFTER_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.warning;
  }
}
