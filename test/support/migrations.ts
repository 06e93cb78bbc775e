import { migrationsOf } from '../../src/feature';
import { features } from '../../src/registered-features';

/** Those of all features, in the order they run. */
export const migrations = migrationsOf(features);
