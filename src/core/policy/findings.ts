import { CHECKS } from './rules/table.js';

/** The finding of a decision that could not be made at all. */
const EVALUATION = 'evaluation';

/** Every code a finding can carry. Closed: one for each check set of the table, and one for when nothing could be judged. */
export const FINDING_CODES: readonly string[] = [...CHECKS.map(({ code }) => code), EVALUATION];
