import type { Account } from '../../core/identity.js';
import { record } from '../record.js';
import { prose, text } from '../schema.js';
import { NUMERIC_ID } from './words.js';

/** The app writes the ledger, so its texts are bounded by the size of the document alone. */
export const LEDGER_TEXT = prose(0, 1_048_576, 'text');

/** Logins of apps have brackets; what stands in evidence is what GitHub said. */
export const ACCOUNT = record<Account>({ login: text(1, 100, 'a login'), id: NUMERIC_ID }, {}, 'an account');
