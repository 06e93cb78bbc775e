import { CreateAccess1767225600000 } from './1767225600000-create-access';
import { AddAuditChain1767312000000 } from './1767312000000-add-audit-chain';
import { StartGrants1767398400000 } from './1767398400000-start-grants';
import { AddAccessRequests1767744000000 } from './1767744000000-add-access-requests';

/** In the order they run. One set for every engine. */
export const migrations = [
  CreateAccess1767225600000,
  AddAuditChain1767312000000,
  StartGrants1767398400000,
  AddAccessRequests1767744000000,
];
