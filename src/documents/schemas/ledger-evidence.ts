import type { Evidence, LiveGrant, OwedReview, TeamFacts } from '../../core/policy/evidence.js';
import { record } from '../record.js';
import { integer, list, orNull, text } from '../schema.js';
import { REVIEW } from './ledger-decision.js';
import { ACCOUNT, LEDGER_TEXT } from './ledger-words.js';
import { ID, INSTANT, NUMERIC_ID, OID, REQUEST_ID } from './words.js';

const LOGIN = text(1, 100, 'a login');
const ACCOUNTS = list(ACCOUNT, 'a list of accounts');
const SECONDS = { type: 'number', minimum: 0, description: 'seconds' };

const TEAM = record<TeamFacts>({ team: LEDGER_TEXT, id: orNull(NUMERIC_ID), members: ACCOUNTS }, {});

const LIVE = record<LiveGrant>(
  {
    id: REQUEST_ID,
    subject: LOGIN,
    entitlements: list(ID, 'a list of ids'),
    from: INSTANT,
    until: INSTANT,
    chain_from: INSTANT,
  },
  {},
);

const HELD = record<NonNullable<Evidence['held']>[number]>({ entitlement: ID, seconds: SECONDS }, {});

export const EVIDENCE = record<Evidence>(
  {
    now: INSTANT,
    pull_request: record<Evidence['pullRequest']>(
      { number: integer(0, Number.MAX_SAFE_INTEGER, 'a number'), opened_at: INSTANT },
      {},
    ),
    requester: orNull(ACCOUNT),
    requester_type: LEDGER_TEXT,
    subject: orNull(ACCOUNT),
    head: OID,
    epoch: orNull(INSTANT),
    reviews: list(REVIEW, 'a list of reviews'),
    contributors: orNull(ACCOUNTS),
    contributors_problem: LEDGER_TEXT,
    pushers: orNull(ACCOUNTS),
    teams: list(TEAM, 'a list of teams'),
    accounts: ACCOUNTS,
    live: list(LIVE, 'a list of grants'),
    open_requests: orNull(integer(0, 1_000_000, 'a count')),
    held: orNull(list(HELD, 'a list of entitlements')),
    owed_reviews: list(
      record<OwedReview>({ id: REQUEST_ID, subject: LOGIN, due: INSTANT }, {}),
      'a list of reviews that are owed',
    ),
  },
  { contributors_problem: true, accounts: true },
);
