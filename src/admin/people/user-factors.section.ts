import { Injectable } from '@nestjs/common';
import { permissions } from '../../access/rule';
import { SecondFactors } from '../../factors/second-factors.service';
import type { User } from '../../users/user.entity';
import { ShownOfPerson, type PersonSection } from './person-sections';

/** Which second factors somebody has, and the way to take them away when they are lost. */
@ShownOfPerson
@Injectable()
export class UserFactorsSection implements PersonSection {
  readonly needs = permissions('users-read');
  readonly view = 'admin/users/factors';

  constructor(private readonly secondFactors: SecondFactors) {}

  async find({ id, email, factorsVersion }: User) {
    if (factorsVersion === null) return null;
    return { id, email, ...(await this.secondFactors.of(id)) };
  }
}
