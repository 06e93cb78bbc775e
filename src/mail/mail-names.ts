/** What may be mailed, by the name of its template, and what it says beside its link; each feature adds its own. */
export interface MailsOfFeatures {}

/** The kinds of links that mails carry, each with its page. */
export interface LinksOfFeatures {}

/** What is asked for and answered by a mail, or by none, once the answer to the request has been sent. */
export interface MailRequestsOfFeatures {}

export type MailName = keyof MailsOfFeatures;
export type LinkKind = keyof LinksOfFeatures;
export type MailRequestName = keyof MailRequestsOfFeatures;

/** What can be stored of a mail: nothing secret, no finished text. */
export type MailData = Readonly<Record<string, string | number | null>>;
