import type { Origin } from '../access/origin';
import type { Opening } from './sessions.service';

/** Somebody who has just given a user's password, and for whom a session is opened. */
export interface AuthenticatedUser extends Opening {
  id: number;
  remember: boolean;
  origin: Origin;
}
