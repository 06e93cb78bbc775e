import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Access } from '../../access/access.service';
import type { Principal } from '../../access/principal';
import type { Condition } from '../../access/rule';
import { defineHook } from '../../hook';
import type { User } from '../../users/user.entity';

/** A part of the page of a person. */
export interface PersonSection {
  /** Shown to who meets this. */
  readonly needs: Condition;
  /** The view under views/, without its ending: it is given the model, and begins with an `h2`. */
  readonly view: string;
  /** What the view shows; null: nothing, and the section is left out. */
  find(user: User): Promise<object | null>;
}

/** `@ShownOfPerson` on a provider: its feature has a section on the page of each person. */
export const ShownOfPerson = defineHook<PersonSection>();

@Injectable()
export class PersonSections {
  constructor(
    private readonly access: Access,
    private readonly discovery: DiscoveryService,
  ) {}

  async of(user: User, reader: Principal | null): Promise<{ view: string; model: object }[]> {
    const seen = ShownOfPerson.partsIn(this.discovery).filter(({ needs }) => this.access.meets(needs, reader));
    const found = await Promise.all(seen.map(async (part) => ({ view: part.view, model: await part.find(user) })));
    return found.flatMap(({ view, model }) => (model ? [{ view, model }] : []));
  }
}
