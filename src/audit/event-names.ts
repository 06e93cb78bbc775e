/** What the audit log records: each feature adds its own by declaration merging. */
export interface EventsOfFeatures {}

export type AuditAction = keyof EventsOfFeatures;
