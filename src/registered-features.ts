import { registerFeatures, type Feature } from './feature';
import * as listed from './features';

/** Everything that the house can do; src/features.ts lists it. */
export const features: readonly Feature[] = registerFeatures(Object.values(listed));
