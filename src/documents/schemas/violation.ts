import type { Violation, ViolationCode, ViolationProblem } from '../../core/grant.js';
import { record } from '../record.js';
import { documentSchema, list, word } from '../schema.js';
import { LEDGER_TEXT } from './ledger-words.js';
import { INSTANT, OID, VERSION } from './words.js';

const CODE = word<ViolationCode>({
  unapproved_landing: true,
  modified_request: true,
  reused_id: true,
  mixed_landing: true,
  malformed_path: true,
  history_rewritten: true,
});

const PROBLEM = record<ViolationProblem>(
  { code: CODE, path: LEDGER_TEXT, message: LEDGER_TEXT },
  { path: true },
);

export const VIOLATION = documentSchema(
  'violation',
  'Violation',
  record<Violation>(
    {
      version: VERSION,
      commit: OID,
      at: INSTANT,
      problems: list(PROBLEM, 'a list of problems', { minItems: 1 }),
    },
    {},
  ),
);
