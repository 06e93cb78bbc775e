import { IsNull, Not } from 'typeorm';

/** Of an app whose first code was given: what is only being set up counts for nothing. */
export const confirmed = Not(IsNull());
