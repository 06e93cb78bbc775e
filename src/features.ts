import { account } from './account/account.feature';
import { admin } from './admin/admin.feature';
import { audit } from './audit/audit.feature';
import { auth } from './auth/auth.feature';
import { database } from './database/database.feature';
import { registerFeatures } from './feature';
import { home } from './home/home.feature';
import { roles } from './roles/roles.feature';
import { users } from './users/users.feature';

/** The map of the house: everything it can do, each standing on the ones before it. */
export const features = registerFeatures([database, audit, users, roles, auth, home, account, admin]);
