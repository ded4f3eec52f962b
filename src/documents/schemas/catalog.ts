import { dictionary, documentSchema, flag, integer, mapping, text, word } from '../schema.js';
import { COORDINATES, DURATION, GROUP, ID, VERSION } from './words.js';

export const CATALOG = documentSchema(
  'catalog',
  'Catalog',
  mapping(
    {
      version: VERSION,
      targets: dictionary(ID, mapping({ kind: ID, owners: GROUP }, { optional: ['owners'] })),
      tiers: dictionary(
        ID,
        mapping(
          {
            min_approvals: integer(0, 20, 'a whole number from 0 to 20'),
            max_duration: DURATION,
            native_expiry: word({ optional: true, required: true }),
          },
          { optional: ['min_approvals', 'max_duration', 'native_expiry'] },
        ),
      ),
      entitlements: dictionary(
        ID,
        mapping(
          {
            title: text(1, 200, 'a title of 1 to 200 characters'),
            target: ID,
            tier: ID,
            grant: COORDINATES,
            exclusive: flag(),
            owners: GROUP,
          },
          { optional: ['tier', 'exclusive', 'owners'] },
        ),
      ),
    },
    { optional: ['tiers'] },
  ),
);
