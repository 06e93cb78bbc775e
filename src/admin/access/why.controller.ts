import { Controller, Get, Query, Render } from '@nestjs/common';
import { AccessMap } from '../../access/access-map';
import type { Admission } from '../../access/decide';
import { CurrentUser, Keywords, Permissions } from '../../access/decorators';
import { describeDecision } from '../../access/describe-rule';
import type { MapEntry } from '../../access/entries';
import type { Principal } from '../../access/principal';
import { UsersService } from '../../accounts/users.service';
import { AccessQuestions, type EntryDecision } from '../../explain/access-questions.service';
import { UserHoldings } from '../../roles/user-holdings.service';
import type { User } from '../../users/user.entity';
import { UserNotFound } from '../../users/user-errors';
import { Administration } from '../administration';
import { accessByArea } from '../people/person-access';
import { PersonFinder, type FoundPerson } from '../people/person-finder.service';
import { entryRow } from './access-grid';
import { unknownRoute, whyForm, type Question } from './access.form';
import { AccessRemedies } from './access-remedies.service';
import { answerOf } from './answer';
import { entriesFound } from './entry-search';
import { whyHref } from './why-address';

type Sent = Record<string, unknown>;

/** "Can … do …?": whom and what, both by words; where a word finds several, they are chosen from. */
@Controller('admin/access/why')
@Administration('See why somebody can use a page, or not')
@Keywords('can do, may, rights, allowed')
@Permissions('roles-read', 'users-read')
export class WhyController {
  constructor(
    private readonly accessMap: AccessMap,
    private readonly questions: AccessQuestions,
    private readonly users: UsersService,
    private readonly people: PersonFinder,
    private readonly holdings: UserHoldings,
    private readonly remedies: AccessRemedies,
  ) {}

  @Get()
  @Render('admin/access/why')
  async why(@Query() sent: Sent, @CurrentUser() reader: Principal) {
    if (Object.keys(sent).length === 0) return whyForm.blank();
    const question = whyForm.transform(sent);
    const people = await this.peopleIn(question, sent);
    const entries = this.entriesIn(question, sent);
    const [[person], [entry]] = [people, entries];
    if (!person || people.length > 1 || entries.length > 1)
      return { ...formOf(question, people, entries), ...toChooseFrom(question, people, entries) };
    const { user, decisions } = await this.questions.explainEverything(person.email);
    return {
      ...formOf(question, people, entries),
      person: { id: user.id, email: user.email, name: user.name, active: user.active },
      everything: whyHref({ email: user.email }),
      areas: entry ? null : accessByArea(decisions, user.email),
      answer: entry
        ? await this.answer(
            decisions.find((it) => it.entry === entry)!,
            user,
            reader,
          )
        : null,
    };
  }

  private async peopleIn({ email, person }: Question, sent: Sent): Promise<FoundPerson[]> {
    if (email !== undefined) return [await this.known(email, sent)];
    if (!person) throw whyForm.rejected(sent, { person: 'Enter the beginning of a name or an address.' });
    const found = await this.people.find(person);
    if (found.length > 0) return found;
    throw whyForm.rejected(sent, { person: 'Nobody is found by this. Try the beginning of another word.' });
  }

  private async known(email: string, sent: Sent): Promise<User> {
    try {
      return await this.users.byEmail(email);
    } catch (error) {
      throw error instanceof UserNotFound ? whyForm.rejected(sent, { person: error.message }) : error;
    }
  }

  /** None where nothing was asked for: everything is meant. */
  private entriesIn({ route, page }: Question, sent: Sent): MapEntry[] {
    if (!route && !page) return [];
    const named = this.accessMap.entryOf(route);
    const found = named ? [named] : route ? [] : entriesFound(this.accessMap.entries, page);
    if (found.length === 0) throw whyForm.rejected(sent, { page: unknownRoute });
    return found;
  }

  private async answer({ entry, decision }: EntryDecision, user: User, reader: Principal) {
    const grants = await this.holdings.grantsOf(user.id);
    const reasons = describeDecision(decision);
    return {
      ...entryRow(entry),
      ...answerOf(entry, decision),
      reasons,
      told: isForbidden(decision) ? reasons[0] : null,
      grants: grants.filter(({ role, state }) => state === 'counts' && rolesBehind(decision).includes(role)),
      remedy: isForbidden(decision) || !user.active ? await this.remedies.of(entry.rule, user, reader) : null,
    };
  }
}

/** The form with what was found for it, so that it can be asked again. */
function formOf({ person, page }: Question, people: readonly FoundPerson[], entries: readonly MapEntry[]) {
  const [known, entry] = [people.length === 1 ? people[0] : null, entries.length === 1 ? entries[0] : null];
  return whyForm.blank({ person: known?.email ?? person, page: entry ? (entry.title ?? entry.name) : page });
}

/** First whom, then what: each leads on with the other kept. */
function toChooseFrom(question: Question, people: readonly FoundPerson[], entries: readonly MapEntry[]) {
  if (people.length > 1) {
    const { page, route } = question;
    const kept = entries.length === 1 ? { route: entries[0]!.name } : { page, route };
    return { people: people.map((person) => ({ ...person, href: whyHref({ email: person.email, ...kept }) })) };
  }
  const email = people[0]?.email ?? '';
  return { entries: entries.map(({ name, area }) => ({ name, area, href: whyHref({ email, route: name }) })) };
}

function rolesBehind(decision: Admission): string[] {
  if (!decision.allowed) return decision.refusal === 'second-factor-first' ? rolesBehind(decision.then) : [];
  return decision.reasons.flatMap((reason) => ('grant' in reason ? [reason.grant.role] : []));
}

function isForbidden(decision: Admission): boolean {
  return !decision.allowed && decision.refusal === 'forbidden';
}
