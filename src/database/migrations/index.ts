import { CreateAccess1767225600000 } from './1767225600000-create-access';

/** In the order they run. One set for every engine. */
export const migrations = [CreateAccess1767225600000];
