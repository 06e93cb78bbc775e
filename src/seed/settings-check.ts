import { Inject, Injectable, Logger } from '@nestjs/common';
import { misspeltSettings } from '../config/environment';
import { settings, SettingsFaults, type Settings } from '../config/settings';
import { weakSettings } from '../config/weak-settings';
import { isInUse } from '../database/in-use';

/**
 * Settings that others could guess begin no installation; one that runs already goes on, and is warned at each start. So is
 * every one with a misspelt setting: it may be another program's.
 */
@Injectable()
export class SettingsCheck {
  private readonly logger = new Logger('Settings');

  constructor(@Inject(settings.KEY) private readonly settings: Settings) {}

  /** Before anything is made. @throws SettingsFaults */
  async check(): Promise<void> {
    for (const fault of misspeltSettings()) this.logger.warn(fault);
    if (!this.settings.isProduction || (await isInUse(this.settings))) return;
    const faults = await weakSettings(this.settings);
    if (faults.length > 0) throw new SettingsFaults(faults);
  }

  /** Beside the requests, which are answered meanwhile. */
  async warn(): Promise<void> {
    for (const fault of await weakSettings(this.settings)) this.logger.warn(fault);
  }
}
