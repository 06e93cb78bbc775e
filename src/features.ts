// The map of the house: a line for each feature, in the order in which they stand on one another and their links are shown.
export { database } from './database/database.feature';
export { audit } from './audit/audit.feature';
export { users } from './users/users.feature';
export { mail } from './mail/mail.feature';
export { roles } from './roles/roles.feature';
export { accounts } from './accounts/accounts.feature';
export { sessions } from './sessions/sessions.feature';
export { credentials } from './credentials/credentials.feature';
export { preview } from './preview/preview.feature';
export { requests } from './requests/requests.feature';
export { directory } from './directory/directory.feature';
export { explain } from './explain/explain.feature';
export { operatorCommands } from './operator/operator.feature';
export { auth } from './auth/auth.feature';
export { home } from './home/home.feature';
export { account } from './account/account.feature';
export { admin } from './admin/admin.feature';
