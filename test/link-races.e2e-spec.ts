import { useLinksTwice } from './support/link-races';

it(
  'A confirmation of an address, a password link, an undo and a "not me" that two processes get at the same moment are used once',
  () => useLinksTwice(5),
  180_000,
);
