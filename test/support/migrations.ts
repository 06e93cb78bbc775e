import { migrationsOf } from '../../src/feature';
import { features } from '../../src/all-features';

/** Those of all features, in the order they run. */
export const migrations = migrationsOf(features);
