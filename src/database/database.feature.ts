import { defineFeature } from '../feature';
import { AccessState } from './access-state.entity';
import { migrations } from './migrations';

/** The ground: what was there before tables belonged to features. */
export const database = defineFeature({ name: 'database', entities: [AccessState], migrations, links: [] });
