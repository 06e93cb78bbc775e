import { DomainError } from '../database/errors';

export class EntryMarked extends DomainError {
  constructor() {
    super('Somebody has marked this entry already.');
  }
}
