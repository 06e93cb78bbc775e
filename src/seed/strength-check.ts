import { Inject, Injectable, Logger } from '@nestjs/common';
import { settings, SettingsFaults, type Settings } from '../config/settings';
import { weakSettings } from '../config/weak-settings';
import { isInUse } from '../database/in-use';

/** Settings that others could guess begin no installation; one that runs already goes on, and is warned at each start. */
@Injectable()
export class StrengthCheck {
  private readonly logger = new Logger('Settings');

  constructor(@Inject(settings.KEY) private readonly settings: Settings) {}

  /** Before anything is made. @throws SettingsFaults */
  async check(): Promise<void> {
    const faults = weakSettings(this.settings);
    if (faults.length === 0) return;
    if (!(await isInUse(this.settings))) throw new SettingsFaults(faults);
    for (const fault of faults) this.logger.warn(fault);
  }
}
