import { tryEveryChange } from './support/every-change';

tryEveryChange(['a keeper of users', 'a keeper of roles', 'Admin']);
