/** What the audit log records: each feature adds its own by declaration merging. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- features fill it
export interface EventsOfFeatures {}

export type AuditAction = keyof EventsOfFeatures;
