import { recordRule } from '../access/record-rule';
import type { AccessRequest } from '../users/access-request.entity';
import { AccessRequests } from '../users/access-requests.service';

/** A request for access that was made by the one who asks now. */
export const ownRequest = recordRule<AccessRequest>({
  name: 'your own request',
  parameter: 'id',
  findById: (id, provided) => provided(AccessRequests).byId(id),
  holds: (principal, request) => request.userId === principal.id,
});
