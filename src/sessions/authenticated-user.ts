import type { Origin } from '../access/origin';
import type { Opening } from './sessions.service';

/** Somebody who has just proved to be a user, and for whom a session is opened. */
export type AuthenticatedUser = Opening & {
  id: number;
  remember: boolean;
  origin: Origin;
};
