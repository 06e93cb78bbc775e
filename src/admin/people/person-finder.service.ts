import { Injectable } from '@nestjs/common';
import { UsersService } from '../../accounts/users.service';
import { UserDirectory } from '../../directory/user-directory.service';
import { isEmailAddress, typedEmail } from '../../text/email-address';
import { searchKey } from '../../text/search-words';
import type { User } from '../../users/user.entity';

export type FoundPerson = Pick<User, 'id' | 'email' | 'name' | 'active'>;

/** So many people are offered where words find several. */
const OFFERED = 10;

/** Finds whom somebody means, by the beginning of a name or an address. */
@Injectable()
export class PersonFinder {
  constructor(
    private readonly users: UsersService,
    private readonly directory: UserDirectory,
  ) {}

  /** One where it is clear who is meant: the address, or the whole name, is theirs alone. */
  async find(typed: string): Promise<FoundPerson[]> {
    const email = typedEmail(typed);
    const known = isEmailAddress(email) ? await this.users.findByEmail(email) : null;
    if (known) return [known];
    const { people } = await this.directory.page({ search: typed, order: 'address' }, OFFERED);
    const named = people.filter(({ name }) => searchKey(name) === searchKey(typed));
    return named.length === 1 ? named : people;
  }
}
