import { actorKinds } from '../support/cells';
import { tryEveryChange } from '../support/every-change';

tryEveryChange(actorKinds);
