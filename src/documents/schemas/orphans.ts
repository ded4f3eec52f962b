import type { Orphan, OrphanRecord, OrphanStage } from '../../core/reconcile/orphan.js';
import { record } from '../record.js';
import { documentSchema, list, text, word } from '../schema.js';
import { LEDGER_TEXT } from './ledger-words.js';
import { COORDINATES, ID, INSTANT, VERSION } from './words.js';

const ORPHAN = record<Orphan>(
  {
    subject: LEDGER_TEXT,
    grant: COORDINATES,
    entitlements: list(ID, 'a list of ids'),
    code: text(1, 100, 'a machine code'),
  },
  { code: true },
);

export const ORPHANS = documentSchema(
  'orphans',
  'Orphans',
  record<OrphanRecord>(
    {
      version: VERSION,
      target: ID,
      at: INSTANT,
      stage: word<OrphanStage>({ intended: true, done: true }),
      orphans: list(ORPHAN, 'a list of orphans', { minItems: 1 }),
    },
    {},
  ),
);
