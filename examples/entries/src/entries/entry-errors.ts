import { Refusal } from '../database/errors';

export class EntryMarked extends Refusal {
  constructor() {
    super('Somebody has marked this entry already.');
  }
}
