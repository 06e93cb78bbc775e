import { recordRule } from '../access/record-rule';
import { AccessRequests } from '../requests/access-requests.service';

/** A request for access that was made by the one who asks now. */
export const ownRequest = recordRule({
  name: 'your own request',
  parameter: 'id',
  from: AccessRequests,
  findById: (id, requests) => requests.byId(id),
  holds: (principal, request) => request.userId === principal.id,
});
