import { CreateAccess1767225600000 } from './1767225600000-create-access';
import { AddAuditChain1767312000000 } from './1767312000000-add-audit-chain';

/** In the order they run. One set for every engine. */
export const migrations = [CreateAccess1767225600000, AddAuditChain1767312000000];
