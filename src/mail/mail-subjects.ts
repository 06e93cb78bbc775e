import { Inject, Injectable } from '@nestjs/common';
import { FEATURES, type Feature, type MailWords } from '../feature';
import type { MailData, MailName } from './mail-names';

/** What the mails of all features are about. */
@Injectable()
export class MailSubjects {
  private readonly words: ReadonlyMap<string, MailWords>;

  constructor(@Inject(FEATURES) features: readonly Feature[]) {
    this.words = new Map(features.flatMap(({ mails = {} }) => Object.entries<MailWords>(mails)));
  }

  get names(): MailName[] {
    return [...this.words.keys()] as MailName[];
  }

  /** Of a template that left with its feature, or of a request that could not be answered, its name. */
  subjectOf(name: string, data: MailData): string {
    const subject = this.words.get(name)?.subject ?? name;
    return typeof subject === 'string' ? subject : subject(data);
  }

  /** What its template shows besides its data. */
  modelOf(name: string, data: MailData): object {
    return this.words.get(name)?.model?.(data) ?? {};
  }
}
