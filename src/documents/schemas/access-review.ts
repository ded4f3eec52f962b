import type {
  AccessReviewKind,
  AccessReviewRecord,
  AccessReviewStage,
  ItemOutcome,
  ListApproval,
  ListedItem,
  RecordedItem,
  ReviewList,
} from '../../core/access-review/access-review.js';
import type { Holding } from '../../core/grant.js';
import type { Group } from '../../core/identity.js';
import { record } from '../record.js';
import { documentSchema, flag, integer, list, prose, text, word } from '../schema.js';
import { ACCOUNT } from './ledger-words.js';
import { COORDINATES, ID, INSTANT, LOGIN, OID, REQUEST_ID, TEAM, VERSION } from './words.js';

const KIND = word<AccessReviewKind>({ adoption: true, periodic: true });

const OWNERS = record<Group>(
  { teams: list(TEAM, 'a list of team slugs'), users: list(LOGIN, 'a list of GitHub logins') },
  {},
  'teams and users',
);

const HOLDING = record<Holding>({ target: ID, subject: text(1, 1_000, 'who it is'), grant: COORDINATES }, {});

const ASKED = {
  grant: REQUEST_ID,
  standing: HOLDING,
  subject: text(1, 1_000, 'who has it'),
  entitlements: list(ID, 'a list of ids'),
  until: INSTANT,
  adopted: flag(),
};
const OPTIONAL = { grant: true, standing: true, until: true, adopted: true } as const;

const JUSTIFICATION = prose(0, 1_000, 'text of at most 1,000 characters');

/** The file its owners fill in. */
export const ACCESS_REVIEW = documentSchema(
  'access-review',
  'Access review',
  record<ReviewList>(
    {
      version: VERSION,
      kind: KIND,
      due: INSTANT,
      owners: OWNERS,
      items: list(
        record<ListedItem>(
          { ...ASKED, keep: word<ListedItem['keep']>({ yes: true, no: true }), justification: JUSTIFICATION },
          OPTIONAL,
        ),
        'a list of items',
        { maxItems: 1_000 },
      ),
    },
    {},
  ),
);

const RECORDED = record<RecordedItem>(
  {
    ...ASKED,
    keep: flag(),
    justification: JUSTIFICATION,
    outcome: word<ItemOutcome>({ kept: true, ended: true, removed: true, gone: true, left: true }),
    code: text(1, 100, 'a machine code'),
  },
  { ...OPTIONAL, keep: true, justification: true, outcome: true, code: true },
);

/** One stage of it in the ledger. */
export const ACCESS_REVIEW_RECORD = documentSchema(
  'access-review-record',
  'Record of an access review',
  record<AccessReviewRecord>(
    {
      version: VERSION,
      id: REQUEST_ID,
      stage: word<AccessReviewStage>({ asked: true, answered: true, closed: true }),
      at: INSTANT,
      kind: KIND,
      due: INSTANT,
      owners: OWNERS,
      landing: record<NonNullable<AccessReviewRecord['landing']>>(
        {
          commit: OID,
          pull_request: integer(1, Number.MAX_SAFE_INTEGER, 'a number'),
          merged_at: INSTANT,
        },
        {},
      ),
      approvals: list(
        record<ListApproval>(
          { account: ACCOUNT, review: integer(1, Number.MAX_SAFE_INTEGER, 'a number'), at: INSTANT },
          {},
        ),
        'a list of approvals',
      ),
      adopted_until: INSTANT,
      items: list(RECORDED, 'a list of items', { minItems: 1 }),
    },
    { landing: true, approvals: true, adopted_until: true },
  ),
);
