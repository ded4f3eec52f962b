import type { DismissalReason, Review, ReviewState } from '../../core/approval.js';
import type { Group } from '../../core/identity.js';
import type {
  Candidate,
  CountedApproval,
  Decision,
  Dismissal,
  Finding,
  FindingStatus,
  GroupProgress,
  Outcome,
} from '../../core/policy/decision.js';
import { record } from '../record.js';
import { flag, integer, list, orNull, text, word } from '../schema.js';
import { ACCOUNT, LEDGER_TEXT } from './ledger-words.js';
import { ID, INSTANT, NUMERIC_ID, OID } from './words.js';

const COUNT = integer(0, 1_000_000, 'a count');
const LOGIN = text(1, 100, 'a login');
const TEXTS = list(LEDGER_TEXT, 'a list of texts');

export const REVIEW = record<Review>(
  {
    id: NUMERIC_ID,
    author: orNull(ACCOUNT),
    author_type: LEDGER_TEXT,
    state: word<ReviewState>({ approved: true, changes_requested: true, dismissed: true, commented: true }),
    commit: orNull(OID),
    submitted_at: INSTANT,
    commented: flag(),
  },
  {},
);

const FINDING = record<Finding>(
  {
    code: text(1, 100, 'a machine code'),
    status: word<FindingStatus>({ satisfied: true, unsatisfied: true, errored: true }),
    otherwise: word<Exclude<Outcome, 'approved'>>({ pending: true, denied: true, invalid: true }),
    entitlement: ID,
    rule: ID,
    message: LEDGER_TEXT,
    unblock: LEDGER_TEXT,
  },
  { entitlement: true, rule: true, unblock: true },
);

const APPROVAL = record<CountedApproval>(
  { account: ACCOUNT, review: NUMERIC_ID, at: INSTANT, rule: ID, group: orNull(COUNT) },
  {},
);

const DISMISSAL = record<Dismissal>(
  {
    review: REVIEW,
    rule: ID,
    reason: word<DismissalReason>({
      no_account: true,
      not_a_user: true,
      superseded: true,
      dismissed: true,
      stale_commit: true,
      before_epoch: true,
      epoch_unknown: true,
      in_the_future: true,
      too_old: true,
      requester: true,
      subject: true,
      contributor: true,
      pusher: true,
      contributors_unknown: true,
      pushers_unknown: true,
      login_reused: true,
      not_in_group: true,
      holds_granted_membership: true,
      comment_missing: true,
      stage_not_reached: true,
    }),
    message: LEDGER_TEXT,
  },
  { rule: true },
);

const GROUP = record<Group>({ teams: TEXTS, users: TEXTS }, {});

const PROGRESS = record<GroupProgress>(
  {
    rule: ID,
    group: COUNT,
    from: GROUP,
    stage: COUNT,
    count: COUNT,
    reached: flag(),
    filled_by: list(ACCOUNT, 'a list of accounts'),
    candidates: list(record<Candidate>({ login: LOGIN, id: orNull(NUMERIC_ID) }, {}), 'a list of people'),
  },
  {},
);

/** The properties of a decision; an entry adds when it was made, and from what. */
export const DECISION = {
  outcome: word<Outcome>({ approved: true, pending: true, denied: true, invalid: true }),
  rules: list(ID, 'a list of rule names'),
  unsatisfied: list(ID, 'a list of rule names'),
  auto_merge: flag(),
  approvals: list(APPROVAL, 'a list of approvals'),
  findings: list(FINDING, 'a list of findings'),
  groups: list(PROGRESS, 'a list of groups'),
  vetoes: list(ACCOUNT, 'a list of accounts'),
  dismissals: list(DISMISSAL, 'a list of dismissals'),
} satisfies Parameters<typeof record<Decision>>[0];
