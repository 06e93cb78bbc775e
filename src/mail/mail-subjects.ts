import { Inject, Injectable } from '@nestjs/common';
import { FEATURES, type Feature, type MailWords } from '../feature';
import type { MailName } from './mail-names';

/** What the mails of all features are about. */
@Injectable()
export class MailSubjects {
  private readonly subjects: ReadonlyMap<string, string>;

  constructor(@Inject(FEATURES) features: readonly Feature[]) {
    const named = features.flatMap(({ mails = {} }) => Object.entries<MailWords>(mails));
    this.subjects = new Map(named.map(([name, { subject }]) => [name, subject]));
  }

  get names(): MailName[] {
    return [...this.subjects.keys()] as MailName[];
  }

  /** Of a template that left with its feature, or of a request that could not be answered, its name. */
  subjectOf(name: string): string {
    return this.subjects.get(name) ?? name;
  }
}
