import { Injectable } from '@nestjs/common';
import type { Principal } from '../../access/principal';
import { RequiredFactor } from '../../access/required-factor';
import { Clock } from '../../config/clock';
import { endInWords } from '../../config/moments';
import { AccessRequests } from '../../requests/access-requests.service';
import type { GrantOfUser } from '../../roles/user-holdings.service';
import { isolated } from '../../text/isolated';
import type { User } from '../../users/user.entity';
import { AttentionQueries } from '../dashboard/attention-queries.service';

const DAY = 24 * 60 * 60_000;
const SOON = 7 * DAY;
/** Of somebody's requests so many are looked at. */
const REQUESTS = 20;

/** Something about a person that somebody should look after, and where they can. */
export interface PersonMatter {
  sentence: string;
  /** What they ask for, where it is that. */
  asksFor?: string;
  action?: string;
  href?: string;
  /** Who may use it is offered the action. */
  route?: string;
}

/** What needs attention about one person. */
@Injectable()
export class PersonAttention {
  constructor(
    private readonly queries: AttentionQueries,
    private readonly requests: AccessRequests,
    private readonly requiredFactor: RequiredFactor,
    private readonly clock: Clock,
  ) {}

  /** @param principal as the guard loads them; null for who is not active */
  async of(user: User, principal: Principal | null, grants: readonly GrantOfUser[]): Promise<PersonMatter[]> {
    return [
      ...(await this.ofStrangers(user)),
      ...ofAccount(user),
      ...(principal && this.requiredFactor.isMissingFor(principal)
        ? [{ sentence: 'They must set up a second factor before they can use anything else.' }]
        : []),
      ...this.ofGrants(user, grants),
      ...(await this.ofRequests(user)),
    ];
  }

  private async ofStrangers({ id }: User): Promise<PersonMatter[]> {
    const [isReported, isAttacked] = await Promise.all([this.queries.isReported(id), this.queries.isAttacked(id)]);
    return [
      ...(isReported
        ? [
            {
              sentence:
                'They said in the last week that somebody else was in their account. Everybody was signed out of it.',
            },
          ]
        : []),
      ...(isAttacked
        ? [
            {
              sentence:
                'Too many wrong passwords were tried here in a day. They can still sign in with a browser that they have used before.',
            },
          ]
        : []),
    ];
  }

  private ofGrants({ id, active }: User, grants: readonly GrantOfUser[]): PersonMatter[] {
    const soon = this.clock.now().getTime() + SOON;
    const held = grants.filter(({ state }) => state === 'counts');
    const ending = held.filter(({ until }) => until !== null && until.getTime() < soon);
    return [
      ...(active && held.length === 0
        ? [{ sentence: 'They have no role, so there is hardly anything that they can use.' }]
        : []),
      ...ending.map(({ role, until }) => ({
        sentence: `${isolated(role)} ends within a week: ${until ? endInWords(until) : ''}.`,
        action: 'Change the end date',
        href: `/admin/users/change?${new URLSearchParams({ change: 'change-end', users: String(id), role }).toString()}`,
        route: 'GET /admin/users/change',
      })),
    ];
  }

  private async ofRequests({ id }: User): Promise<PersonMatter[]> {
    const requests = await this.requests.newestOf(id, REQUESTS);
    return requests
      .filter(({ state }) => state === 'open')
      .map((request) => ({
        sentence: 'They wait for an answer to a request:',
        asksFor: request.route,
        action: 'Answer',
        href: `/admin/requests/${request.id}`,
        route: 'GET /admin/requests/:id',
      }));
  }
}

function ofAccount(user: User): PersonMatter[] {
  const { id, active, emailConfirmedAt, passwordHash, hasConfiguredPassword, needsRename } = user;
  return [
    ...(active
      ? []
      : [
          {
            sentence:
              'This account is not active: nobody can sign in with it, and its roles count for nothing until it is activated.',
          },
        ]),
    ...(hasConfiguredPassword ? [{ sentence: 'They still use the password from the configuration.' }] : []),
    ...(passwordHash === ''
      ? [
          {
            sentence: 'They have no password yet.',
            action: 'Make a link to set one',
            href: `/admin/users/${id}/link`,
            route: 'GET /admin/users/:id/link',
          },
        ]
      : []),
    ...(emailConfirmedAt ? [] : [{ sentence: 'Their address is not confirmed: it may be somebody else’s.' }]),
    ...(needsRename
      ? [
          {
            sentence: 'Their name or address could be taken for somebody else’s.',
            action: 'Edit it',
            href: `/admin/users/${id}/profile`,
            route: 'GET /admin/users/:id/profile',
          },
        ]
      : []),
  ];
}
