import { documentSchema, flag, list, mapping, prose, text } from '../schema.js';
import { DURATION, ID, INSTANT, LOGIN, REQUEST_ID, VERSION } from './words.js';

export const ACCESS_REQUEST = documentSchema(
  'access-request',
  'Access request',
  mapping(
    {
      version: VERSION,
      subject: LOGIN,
      entitlements: list(ID, 'a list of ids from the catalog', {
        minItems: 1,
        maxItems: 20,
        uniqueItems: true,
      }),
      duration: DURATION,
      justification: { ...prose(1, 1_000, 'text of 1 to 1,000 characters'), pattern: '\\S' },
      ticket: text(1, 100, 'a ticket of 1 to 100 characters'),
      start: INSTANT,
      extends: REQUEST_ID,
      break_glass: flag(),
    },
    { optional: ['ticket', 'start', 'extends', 'break_glass'] },
  ),
);
