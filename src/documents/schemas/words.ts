import { ID_PATTERN, REQUEST_ID_PATTERN } from '../../core/request.js';
import { dictionary, integer, list, mapping, pattern, type Schema, text } from '../schema.js';

/** The grammars every document shares (DESIGN section 3). `format` adds what a pattern cannot say, such as 30 February. */

export const ID = pattern(
  ID_PATTERN,
  'an id (lower-case letters, digits, ".", "_" and "-", at most 63 characters)',
);

export const ENTITLEMENT_PATTERN = pattern(
  '^(?:\\*|[a-z0-9][a-z0-9._-]{0,62}\\*?)$',
  'an id, a prefix with one trailing *, or * alone',
);

export const DURATION: Schema = {
  ...pattern('^[1-9][0-9]{0,3}(m|h|d)$', 'a duration such as 30m, 2h or 5d'),
};

export const INSTANT: Schema = {
  ...pattern(
    '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$',
    'a time such as 2026-11-23T14:00:00Z',
  ),
  format: 'date-time',
};

export const LOGIN = pattern(
  '^[A-Za-z0-9_][A-Za-z0-9_-]{0,38}$',
  'a GitHub login (letters, digits, "-" and "_", at most 39 characters)',
);

export const TEAM = pattern(
  '^[a-z0-9_][a-z0-9._-]{0,99}$',
  'the slug of a team, as in its address on GitHub',
);

export const REQUEST_ID = pattern(REQUEST_ID_PATTERN, 'the id of a request such as 2026/11/alice-orders-db');

export const OID = pattern('^(?:[0-9a-f]{40}|[0-9a-f]{64})$', 'a git object id');

/** GitHub's numeric ids. */
export const NUMERIC_ID = integer(1, Number.MAX_SAFE_INTEGER, 'a numeric id of GitHub');

export const VERSION: Schema = { type: 'integer', const: 1, description: '1' };

export const GROUP = mapping(
  {
    teams: list(TEAM, 'a list of team slugs', { minItems: 1, maxItems: 100, uniqueItems: true }),
    users: list(LOGIN, 'a list of GitHub logins', { minItems: 1, maxItems: 100, uniqueItems: true }),
  },
  { optional: ['teams', 'users'], description: 'a group: teams, users or both', minProperties: 1 },
);

/** A provider's own coordinates; its kind has the schema for them. */
export const COORDINATES: Schema = { type: 'object', description: "the provider's coordinates" };

export const IDENTITIES = dictionary(ID, text(1, 256, 'who the person is on the target'), {
  maxProperties: 200,
});
