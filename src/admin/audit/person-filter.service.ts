import { Injectable } from '@nestjs/common';
import { Access } from '../../access/access.service';
import { permissions } from '../../access/decorators';
import type { Principal } from '../../access/principal';
import { UserNames } from '../../users/user-names.service';
import { PersonFinder, type FoundPerson } from '../people/person-finder.service';

/** Whom a list is about: one of them, or several to choose from. */
export interface Meant {
  id?: number;
  /** What they are called, for the page. */
  words?: string;
  several?: FoundPerson[];
}

/** Finds whom a list is filtered by, for who may see people; others know people by their numbers. */
@Injectable()
export class PersonFilter {
  constructor(
    private readonly access: Access,
    private readonly people: PersonFinder,
    private readonly names: UserNames,
  ) {}

  seesPeople(reader: Principal): boolean {
    return this.access.meets(permissions('users-read'), reader);
  }

  /** @param reject throws what is said beside the field */
  async find(person: string | number | undefined, reader: Principal, reject: (fault: string) => never): Promise<Meant> {
    if (person === undefined) return {};
    if (typeof person === 'number') return { id: person, words: await this.called(person, reader) };
    if (!this.seesPeople(reader))
      return reject('Enter the number of a user: to find people by name or address, you need users-read.');
    const found = await this.people.find(person);
    const [one] = found;
    if (!one) return reject('Nobody is found by this. Of somebody who was deleted, enter the number of the user.');
    return found.length > 1 ? { several: found } : { id: one.id, words: one.name || one.email };
  }

  private async called(id: number, reader: Principal): Promise<string> {
    const known = this.seesPeople(reader) ? (await this.names.namesOf([id])).get(id) : undefined;
    return known ? known.name || known.email : `user ${id}`;
  }
}
