import { useCodesTwice } from '../support/code-races';

it(
  'A code of an app and a recovery code that two processes get at the same moment let in once',
  () => useCodesTwice(100),
  1_800_000,
);
