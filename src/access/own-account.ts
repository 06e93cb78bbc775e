import { recordRule } from './record-rule';

/** The account `:id` is that of who asks. It compares text, so that no other spelling of a number passes. */
export const ownAccount = recordRule({
  name: 'your own account',
  parameter: 'id',
  holds: (principal, id) => id === String(principal.id),
});
