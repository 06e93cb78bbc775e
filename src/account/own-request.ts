import { recordRule } from '../access/record-rule';
import type { AccessRequest } from '../users/access-request.entity';
import { AccessRequests } from '../users/access-requests.service';

/** Somebody asked for access, and it was he who asks now. */
export const ownRequest = recordRule<AccessRequest>({
  name: 'your own request',
  parameter: 'id',
  find: (id, provided) =>
    /^[1-9]\d{0,8}$/.test(id) ? provided(AccessRequests).byId(Number(id)) : Promise.resolve(null),
  holds: (principal, request) => request.userId === principal.id,
});
