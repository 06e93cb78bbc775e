import { recordById } from '../access/record-rule';
import { UsersService } from './users.service';

/** The account `:id`, whosever it is. */
export const userInPath = recordById({ from: UsersService, findById: (id, users) => users.findById(id) });
