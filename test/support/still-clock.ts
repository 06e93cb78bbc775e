import { Clock } from '../../src/config/clock';
import { codeAt } from './authenticator';
import type { Site } from './site';

/** The clock of a site stands still in each test of a spec: no 30 seconds end between the making of a code and its use. */
export class StillClock {
  now = new Date();

  constructor(private readonly site: () => Site) {
    beforeEach(() => this.stopAt(new Date()));
    afterEach(() => jest.restoreAllMocks());
  }

  stopAt(moment: Date): void {
    this.now = moment;
    jest.spyOn(this.site().app.get(Clock), 'now').mockImplementation(() => moment);
  }

  goOn(milliseconds: number): void {
    this.stopAt(new Date(this.now.getTime() + milliseconds));
  }

  /** Of `steps` times 30 seconds after the moment at which it stands. */
  readonly codeOf = (secret: string, steps = 0): string => codeAt(secret, steps, this.now);
}
