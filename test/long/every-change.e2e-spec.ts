import { actorKinds, tryEveryChange } from '../support/every-change';

tryEveryChange(actorKinds);
