import { CreateAccess1767225600000 } from './1767225600000-create-access';
import { AddAuditChain1767312000000 } from './1767312000000-add-audit-chain';
import { StartGrants1767398400000 } from './1767398400000-start-grants';
import { IndexPeople1767484800000 } from './1767484800000-index-people';
import { AddPasswordLinks1767571200000 } from './1767571200000-add-password-links';
import { CountForTheDashboard1767657600000 } from './1767657600000-count-for-the-dashboard';
import { AddAccessRequests1767744000000 } from './1767744000000-add-access-requests';
import { IndexTerms1767830400000 } from './1767830400000-index-terms';
import { NameRolesById1768003200000 } from './1768003200000-name-roles-by-id';
import { TellNamesApart1768176000000 } from './1768176000000-tell-names-apart';
import { IndexWords1768262400000 } from './1768262400000-index-words';
import { AddKeyMark1768608000000 } from './1768608000000-add-key-mark';

/** In the order they run. One set for every engine. */
export const migrations = [
  CreateAccess1767225600000,
  AddAuditChain1767312000000,
  StartGrants1767398400000,
  IndexPeople1767484800000,
  AddPasswordLinks1767571200000,
  CountForTheDashboard1767657600000,
  AddAccessRequests1767744000000,
  IndexTerms1767830400000,
  NameRolesById1768003200000,
  TellNamesApart1768176000000,
  IndexWords1768262400000,
  AddKeyMark1768608000000,
];
