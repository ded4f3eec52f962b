import type { Schema } from '../schema.js';
import { ACCESS_REQUEST } from './access-request.js';
import { ACCESS_REVIEW, ACCESS_REVIEW_RECORD } from './access-review.js';
import { CATALOG } from './catalog.js';
import { LEDGER_ENTRY } from './ledger-entry.js';
import { NOTICE } from './notice.js';
import { ORPHANS } from './orphans.js';
import { PEOPLE } from './people.js';
import { POLICY } from './policy.js';
import { POLICY_SUITE } from './policy-suite.js';
import { SETTINGS } from './settings.js';
import { VIOLATION } from './violation.js';

/** What lies in `schemas/` for editors and other tools, by file name. */
export const PUBLISHED: Readonly<Record<string, Schema>> = {
  'access-request': ACCESS_REQUEST,
  'access-review': ACCESS_REVIEW,
  'access-review-record': ACCESS_REVIEW_RECORD,
  catalog: CATALOG,
  'ledger-entry': LEDGER_ENTRY,
  orphans: ORPHANS,
  notice: NOTICE,
  people: PEOPLE,
  policy: POLICY,
  'policy-suite': POLICY_SUITE,
  settings: SETTINGS,
  violation: VIOLATION,
};
