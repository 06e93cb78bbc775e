import { Injectable } from '@nestjs/common';
import { Access } from '../access/access.service';
import { pageAmong } from '../access/entries';
import type { Principal } from '../access/principal';
import { Clock } from '../config/clock';
import { noticeInWords, toldDetailsOf } from '../notices/notice-mail';
import { Notices } from '../notices/notices.service';
import { AccessRequests } from '../requests/access-requests.service';

const DAY = 24 * 60 * 60_000;
/** Older things are no news, and what ends later is not near. */
const NEAR = 14 * DAY;
const SHOWN = 5;
/** Their own doings are among them, and are left out. */
const LOOKED_AT = 30;

/** What is new for one person: what others did about them, what they wait for, what ends soon, and who waits for them. */
@Injectable()
export class HomeNews {
  constructor(
    private readonly access: Access,
    private readonly notices: Notices,
    private readonly requests: AccessRequests,
    private readonly clock: Clock,
  ) {}

  async of(person: Principal) {
    const asked = await this.requests.newestOf(person.id, SHOWN);
    const open = asked.filter(({ state }) => state === 'open');
    const [ends, told] = [this.endsOf(person), await this.toldTo(person)];
    const isAny = [ends, told, open].some((news) => news.length > 0);
    return { isAny, ends, told, open, waiting: await this.waitingFor(person) };
  }

  /** The roles that end soon, the first first. */
  private endsOf(person: Principal) {
    const now = this.clock.now();
    return person.held
      .flatMap(({ role, until }) => (until && person.grantOfRole(role, now)?.until === until ? { role, until } : []))
      .filter(({ until }) => until.getTime() < now.getTime() + NEAR)
      .sort((one, other) => one.until.getTime() - other.until.getTime());
  }

  private async toldTo(person: Principal) {
    const since = this.clock.now().getTime() - NEAR;
    const notices = await this.notices.page(person.id, LOOKED_AT);
    return notices
      .filter(({ by, at }) => by === 'other' && at > since)
      .slice(0, SHOWN)
      .map((notice) => ({
        sentence: noticeInWords(notice),
        at: new Date(notice.at),
        ...this.opened(toldDetailsOf(notice).after.route, person),
      }));
  }

  /** The page that they were told of, where they can open it. */
  private opened(route: unknown, person: Principal) {
    if (typeof route !== 'string') return {};
    return { route, href: pageAmong([route], (name) => this.access.mayUse(name, person)) };
  }

  /** Who waits for an answer that this person may give. */
  private async waitingFor(person: Principal) {
    if (!this.access.mayUse('GET /admin/requests', person)) return [];
    const open = await this.requests.page('open', SHOWN);
    return open
      .filter(({ userId }) => userId !== person.id)
      .map(({ id, route, user }) => ({ id, route, name: user.name || user.email }));
  }
}
