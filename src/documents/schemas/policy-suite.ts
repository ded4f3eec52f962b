import {
  dictionary,
  documentSchema,
  exactly,
  integer,
  list,
  mapping,
  type Schema,
  text,
  word,
} from '../schema.js';
import { ACCESS_REQUEST } from './access-request.js';
import { DURATION, ID, INSTANT, LOGIN, NUMERIC_ID, REQUEST_ID, TEAM, VERSION } from './words.js';

const PATH = text(1, 390, 'a path relative to the suite');
const LOGINS = list(LOGIN, 'a list of GitHub logins', { uniqueItems: true });
const RULES = list(ID, 'a list of rule names', { uniqueItems: true });

/** A request as in its document, without the version. */
const REQUEST = withoutVersion(ACCESS_REQUEST);

const REVIEW = mapping(
  {
    by: LOGIN,
    state: word({ approved: true, changes_requested: true, dismissed: true, commented: true }),
    at: INSTANT,
    commit: exactly('stale'),
    bot: exactly(true),
    comment: exactly(true),
  },
  { optional: ['at', 'commit', 'bot', 'comment'] },
);

const LIVE = mapping({
  id: REQUEST_ID,
  subject: LOGIN,
  entitlements: list(ID, 'a list of ids', { minItems: 1, uniqueItems: true }),
  from: INSTANT,
  until: INSTANT,
});

const EXPECT = mapping(
  {
    outcome: word({ approved: true, pending: true, denied: true, invalid: true }),
    rules: RULES,
    unsatisfied: RULES,
  },
  { optional: ['rules', 'unsatisfied'] },
);

/** What is known about a request, as far as it is not left to what is usual. */
const FACTS = {
  requester: LOGIN,
  committers: LOGINS,
  pushers: LOGINS,
  epoch: INSTANT,
  ids: dictionary(LOGIN, NUMERIC_ID),
  live: list(LIVE, 'a list of live grants'),
  opened: INSTANT,
  open_requests: integer(1, 1_000, 'a whole number from 1 to 1,000'),
  held: dictionary(ID, DURATION),
  reviews: list(REVIEW, 'a list of reviews'),
};

const CASE = mapping(
  {
    name: text(1, 200, 'a name of 1 to 200 characters'),
    request: REQUEST,
    ...FACTS,
    now: INSTANT,
    expect: EXPECT,
  },
  { optional: Object.keys(FACTS) },
);

/** The facts of one case by themselves, with the teams of its suite. */
const ALONE = { version: VERSION, teams: dictionary(TEAM, LOGINS), now: INSTANT, ...FACTS };
export const CASE_FACTS = mapping(ALONE, { optional: Object.keys(ALONE) });

export const POLICY_SUITE = documentSchema(
  'policy-suite',
  'Policy suite',
  mapping(
    {
      version: VERSION,
      policy: PATH,
      catalog: PATH,
      people: PATH,
      teams: dictionary(TEAM, LOGINS),
      cases: list(CASE, 'a list of cases', { minItems: 1 }),
    },
    { optional: ['version', 'people', 'teams'] },
  ),
);

function withoutVersion({ properties = {}, required }: Schema): Schema {
  const { version: _, ...rest } = properties;
  const optional = Object.keys(rest).filter((key) => !(required as readonly string[]).includes(key));
  return mapping(rest, { optional, description: 'a request' });
}
