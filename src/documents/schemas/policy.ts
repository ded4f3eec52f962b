import {
  documentSchema,
  exactly,
  flag,
  integer,
  list,
  mapping,
  prose,
  type Schema,
  text,
  word,
} from '../schema.js';
import { DURATION, ENTITLEMENT_PATTERN, GROUP, ID, VERSION } from './words.js';

const TEXT_PATTERN = text(1, 200, 'a pattern of 1 to 200 characters');

const APPROVAL_GROUP = mapping(
  {
    from: GROUP,
    count: integer(1, 20, 'a whole number from 1 to 20'),
    stage: integer(1, 9, 'a whole number from 1 to 9'),
    comment: word({ optional: true, required: true }),
  },
  { optional: ['stage', 'comment'] },
);

const BREAK_GLASS = mapping({ max_duration: DURATION, review_within: DURATION, reviewers: GROUP });

const LIMITS = mapping(
  { open_requests: integer(1, 100, 'a whole number from 1 to 100'), held_per_week: DURATION },
  { optional: ['open_requests', 'held_per_week'], minProperties: 1 },
);

const ACCESS_REVIEWS = mapping(
  { every: DURATION, within: DURATION, long_lived: DURATION, owners: GROUP },
  { optional: ['owners'] },
);

const EFFECTS: Readonly<Record<string, Schema>> = {
  approvals: list(APPROVAL_GROUP, 'a list of groups to approve', { minItems: 1, maxItems: 20 }),
  auto_approve: exactly(true),
  deny: text(1, 400, 'the sentence people are shown, of 1 to 400 characters'),
  break_glass: BREAK_GLASS,
};

const REQUIREMENTS: Readonly<Record<string, Schema>> = {
  requesters: GROUP,
  on_behalf_of: GROUP,
  when: prose(1, 1_000, 'a CEL expression of 1 to 1,000 characters'),
  max_duration: DURATION,
  max_total: DURATION,
  ticket: mapping({ pattern: TEXT_PATTERN }, { optional: ['pattern'] }),
  justification: mapping({ pattern: TEXT_PATTERN }),
  veto: GROUP,
  approval_ttl: DURATION,
  auto_merge: flag(),
  end_when_ineligible: flag(),
  limits: LIMITS,
  lapses_after: DURATION,
  ask_again_after: DURATION,
};

const RULE = mapping(
  {
    name: ID,
    entitlements: list(ENTITLEMENT_PATTERN, 'a list of ids or prefixes with a trailing *', {
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
    }),
    ...REQUIREMENTS,
    ...EFFECTS,
  },
  {
    optional: [...Object.keys(REQUIREMENTS), ...Object.keys(EFFECTS)],
    oneOf: Object.keys(EFFECTS).map((key) => ({ required: [key] })),
  },
);

export const POLICY = documentSchema(
  'policy',
  'Policy',
  mapping(
    {
      version: VERSION,
      rules: list(RULE, 'a list of rules', { maxItems: 200 }),
      conflicts: list(
        list(ID, 'a list of ids from the catalog', { minItems: 2, maxItems: 20, uniqueItems: true }),
        'a list of lists of ids',
        { maxItems: 100 },
      ),
      access_reviews: ACCESS_REVIEWS,
    },
    { optional: ['conflicts', 'access_reviews'] },
  ),
);
