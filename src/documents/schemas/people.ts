import { dictionary, documentSchema, mapping, pattern } from '../schema.js';
import { IDENTITIES, LOGIN, NUMERIC_ID, VERSION } from './words.js';

export const PEOPLE = documentSchema(
  'people',
  'People',
  mapping({
    version: VERSION,
    people: dictionary(
      LOGIN,
      mapping(
        {
          id: NUMERIC_ID,
          identities: IDENTITIES,
          attributes: dictionary(
            pattern(
              '^[a-z][a-z0-9_]{0,62}$',
              'the name of an attribute (lower-case letters, digits and "_")',
            ),
            {
              type: ['string', 'number', 'boolean'],
              maxLength: 200,
              description: 'text, a number, true or false',
            },
            { maxProperties: 50 },
          ),
        },
        { optional: ['identities', 'attributes'] },
      ),
    ),
  }),
);
