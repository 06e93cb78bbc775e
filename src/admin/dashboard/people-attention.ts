import { Inject, Injectable } from '@nestjs/common';
import { permissions } from '../../access/decorators';
import { settings, type Settings } from '../../config/settings';
import { AccessRequests } from '../../requests/access-requests.service';
import { RolesService } from '../../roles/roles.service';
import { faultOfEmail } from '../../text/email-address';
import { isolated } from '../../text/isolated';
import { faultOfText, normaliseText } from '../../text/naming';
import type { User } from '../../users/user.entity';
import { AsksForAttention, type AttentionCheck, type AttentionSource, type AttentionItem } from './attention';
import { LOOKED_FOR, AttentionQueries } from './attention-queries.service';

const SHOWN = 5;
const WEEK = 7;
const IDLE_DAYS = 90;

/** What needs attention of people, what they hold and what they ask for. */
@AsksForAttention
@Injectable()
export class PeopleAttention implements AttentionSource {
  constructor(
    private readonly queries: AttentionQueries,
    private readonly requests: AccessRequests,
    private readonly roles: RolesService,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  readonly checks: readonly AttentionCheck[] = [
    { needs: permissions('users-read'), urgency: 'at once', find: () => this.noAdministrator() },
    { needs: permissions('users-read'), urgency: 'at once', find: () => this.configuredPassword() },
    { needs: permissions('users-read'), urgency: 'at once', find: () => this.reportedAccounts() },
    { needs: permissions('users-read'), urgency: 'at once', find: () => this.attackedAccounts() },
    { needs: permissions('users-read', 'users-write'), urgency: 'soon', find: () => this.openRequests() },
    { needs: permissions('users-read'), urgency: 'soon', find: () => this.administratorsWithoutFactor() },
    { needs: permissions('users-read'), urgency: 'soon', find: () => this.grantsEnding() },
    { needs: permissions('users-read'), urgency: 'some day', find: () => this.peopleWithoutRole() },
    { needs: permissions('users-read'), urgency: 'some day', find: () => this.peopleToRename() },
    { needs: permissions('roles-read'), urgency: 'some day', find: () => this.rolesToRename() },
    { needs: permissions('roles-read'), urgency: 'some day', find: () => this.rolesOfNobody() },
    { needs: permissions('users-read'), urgency: 'some day', find: () => this.idleAdministrators() },
  ];

  private async noAdministrator(): Promise<AttentionItem | null> {
    if (!(await this.queries.isWithoutAdministrator())) return null;
    const sentence =
      'Nobody who can sign in holds the role Admin without an end, so nobody here can give it. Who runs the server can, by "roles add <address> Admin"';
    return { sentence, isMore: false };
  }

  private async configuredPassword(): Promise<AttentionItem | null> {
    const superuser = await this.queries.withConfiguredPassword();
    if (!superuser) return null;
    return aboutPeople('1 person still has the password of the configuration and should change it', [superuser]);
  }

  private async reportedAccounts(): Promise<AttentionItem | null> {
    const people = await this.queries.reported();
    return aboutPeople(
      `${counted(people, 'person', 'people')} said in the last week that somebody else was in their account. Everybody was signed out of it; look at what was done there before`,
      people,
    );
  }

  private async attackedAccounts(): Promise<AttentionItem | null> {
    const people = await this.queries.attacked();
    return aboutPeople(
      `${counted(people, 'account', 'accounts')} had too many wrong passwords in a day. Until a day has passed, people sign in there only with a browser that they have used before, or by a link to set a password`,
      people,
    );
  }

  private async openRequests(): Promise<AttentionItem | null> {
    const open = await this.requests.page('open', LOOKED_FOR);
    if (open.length === 0) return null;
    return {
      sentence: counted(open, 'request waits for an answer', 'requests wait for an answer'),
      requests: open.slice(0, SHOWN).map(({ id, route, user }) => ({ ...named(user), id, route })),
      isMore: open.length > SHOWN,
      all: { name: 'All requests', href: '/admin/requests', route: 'GET /admin/requests' },
    };
  }

  /** Where the site has no key yet, nobody can set up an app. */
  private async administratorsWithoutFactor(): Promise<AttentionItem | null> {
    if (this.settings.ENCRYPTION_KEY.length === 0) return null;
    const people = await this.queries.administratorsWithoutFactor();
    const who = counted(people, 'administrator has', 'administrators have');
    return aboutPeople(
      `${who} no second factor, so a stolen password is enough. They set one up in their account`,
      people,
    );
  }

  private async grantsEnding(): Promise<AttentionItem | null> {
    const ids = await this.queries.grantsEnding(WEEK);
    if (ids.length === 0) return null;
    const grants = await this.queries.described(ids.slice(0, SHOWN));
    const people = grants.map(({ user, role, until }) => ({
      ...named(user),
      detail: isolated(role.name),
      ...(until ? { until } : {}),
    }));
    return {
      sentence: `${counted(ids, 'given role ends', 'given roles end')} within a week`,
      people,
      isMore: ids.length > SHOWN,
    };
  }

  private async peopleWithoutRole(): Promise<AttentionItem | null> {
    const people = await this.queries.withoutRole();
    return aboutPeople(`${counted(people, 'person', 'people')} can sign in but hold${s(people)} no role`, people);
  }

  private async peopleToRename(): Promise<AttentionItem | null> {
    const people = await this.queries.toRename();
    const item = aboutPeople(
      `${counted(people, 'person has', 'people have')} a name or an address that deceives. Whoever runs the server can change it, by "users rename <address>"`,
      people,
    );
    return (
      item && {
        ...item,
        people: people.slice(0, SHOWN).map((user) => ({ ...named(user), detail: oddityOf(user) })),
      }
    );
  }

  private async rolesToRename(): Promise<AttentionItem | null> {
    const roles = await this.roles.toRename();
    if (roles.length === 0) return null;
    const which = counted(roles, 'role has a name', 'roles have a name');
    return {
      sentence: `${which} that could be taken for another's: save it under another one`,
      roles: roles.slice(0, SHOWN),
      isMore: roles.length > SHOWN,
    };
  }

  private async rolesOfNobody(): Promise<AttentionItem | null> {
    const roles = (await this.roles.all()).filter(({ holders }) => holders === 0);
    if (roles.length === 0) return null;
    return {
      sentence: `${counted(roles, 'role is', 'roles are')} held by nobody`,
      roles: roles.slice(0, SHOWN).map(({ id, name }) => ({ id, name })),
      isMore: roles.length > SHOWN,
    };
  }

  private async idleAdministrators(): Promise<AttentionItem | null> {
    const people = await this.queries.idleAdministrators(IDLE_DAYS);
    const who = counted(people, 'administrator has', 'administrators have');
    return aboutPeople(`${who} not signed in for ${IDLE_DAYS} days`, people);
  }
}

function aboutPeople(sentence: string, people: readonly User[]): AttentionItem | null {
  if (people.length === 0) return null;
  return { sentence, people: people.slice(0, SHOWN).map(named), isMore: people.length > SHOWN };
}

/** Why nobody could take this name and this address now. */
function oddityOf({ email, name }: User): string {
  return (
    faultOfEmail(email) ??
    faultOfText('name', normaliseText(name)) ??
    'The address looks like that of an older account.'
  );
}

function named({ id, email, name }: User) {
  return { id, email, name };
}

/** "1 person", "7 people", "More than 50 people" */
function counted(found: readonly unknown[], one: string, many: string): string {
  if (found.length === 1) return `1 ${one}`;
  return found.length >= LOOKED_FOR ? `More than ${LOOKED_FOR - 1} ${many}` : `${found.length} ${many}`;
}

function s(found: readonly unknown[]): string {
  return found.length === 1 ? 's' : '';
}
