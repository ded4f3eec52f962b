import type {
  AccessReviewId,
  AccessReviewRecord,
  RecordedItem,
} from '../../../src/core/access-review/access-review.js';
import type { Oid } from '../../../src/core/approval.js';
import { accessReviewPath } from '../../../src/core/audit/layout.js';
import { renderAccessReviewRecord } from '../../../src/documents/access-review.js';
import { ALICE, at, BOB, NOON, type Page, type Story } from './audit-story.js';

const ITEM: RecordedItem = {
  standing: { target: 'orders-db', subject: 'alice', grant: { name: 'app_readonly' } },
  subject: 'alice',
  entitlements: ['orders-db-readonly'],
};
const ASKED: AccessReviewRecord = {
  version: 1,
  id: '2026/11/22-adoption-orders-db-dba' as AccessReviewId,
  stage: 'asked',
  at: NOON,
  kind: 'adoption',
  due: at(60),
  owners: { teams: ['dba'], users: [] },
  items: [ITEM],
};
const YES = { ...ITEM, keep: true, justification: 'It reports.' };
const NO = { ...ITEM, keep: false };

const landingOf = (story: Story): Oid => {
  const [first] = Object.values(story.landings);
  if (first === undefined) throw new Error('the story has landings');
  return first.commit;
};

type Changes = Partial<AccessReviewRecord>;

const answered = (story: Story, item: RecordedItem, changes: Changes = {}): AccessReviewRecord => ({
  ...ASKED,
  stage: 'answered',
  landing: { commit: landingOf(story), pullRequest: 9, mergedAt: at(2) },
  approvals: [{ account: BOB, review: 5, at: at(1) }],
  items: [item],
  ...changes,
});

const closed = (
  outcome: NonNullable<RecordedItem['outcome']>,
  changes: Changes = {},
): AccessReviewRecord => ({
  ...ASKED,
  stage: 'closed',
  at: at(60),
  items: [{ ...ITEM, outcome }],
  ...changes,
});

function pageOf(record: AccessReviewRecord, path = accessReviewPath(record)): Page {
  const text = renderAccessReviewRecord(record);
  return { subject: 'review: 1 access-reviews', writes: new Map([[path, Buffer.from(text)]]) };
}

const told = (story: Story, ...records: readonly AccessReviewRecord[]): Page[] => [
  ...story.pages,
  ...records.map((record) => pageOf(record)),
];

export const reviewStories = (story: Story): readonly (readonly [name: string, pages: () => Page[]])[] => [
  ['what an owner kept', () => told(story, ASKED, answered(story, YES), closed('kept'))],
  ['what an owner refused and was removed', () => told(story, ASKED, answered(story, NO), closed('removed'))],
  ['what nobody answered and was left', () => told(story, ASKED, closed('left'))],
  [
    'what was adopted, not answered again, and removed',
    () => {
      const items = [{ ...ITEM, adopted: true }];
      const gone = [{ ...ITEM, adopted: true, outcome: 'removed' as const }];
      return told(story, { ...ASKED, items }, closed('removed', { items: gone }));
    },
  ],
];

type Edits = readonly (readonly [name: string, code: string, edit: { readonly pages: () => Page[] }])[];

export const reviewEdits = (story: Story): Edits => [
  [
    'access kept without an answer',
    'access_review_unanswered',
    { pages: () => told(story, ASKED, closed('kept')) },
  ],
  [
    'access kept against an answer',
    'access_review_unanswered',
    { pages: () => told(story, ASKED, answered(story, NO), closed('kept')) },
  ],
  [
    'access removed that was never adopted and that nobody answered for',
    'access_review_unanswered',
    { pages: () => told(story, ASKED, closed('removed')) },
  ],
  [
    'access removed against an answer',
    'access_review_unanswered',
    { pages: () => told(story, ASKED, answered(story, YES), closed('removed')) },
  ],
  [
    'access kept by nobody but whoever has it',
    'access_review_unanswered',
    {
      pages: () =>
        told(story, ASKED, answered(story, YES, { approvals: [{ account: ALICE, review: 5, at: at(1) }] })),
    },
  ],
  [
    'access kept without any approval',
    'access_review_unanswered',
    { pages: () => told(story, ASKED, answered(story, YES, { approvals: [] })) },
  ],
  [
    'an answer that is not on the default branch',
    'access_review_unanswered',
    {
      pages: () =>
        told(
          story,
          ASKED,
          answered(story, YES, {
            landing: { commit: 'e'.repeat(40) as Oid, pullRequest: 9, mergedAt: at(2) },
          }),
        ),
    },
  ],
  [
    'an answer after the deadline',
    'access_review_out_of_time',
    {
      pages: () =>
        told(
          story,
          ASKED,
          answered(story, YES, { landing: { commit: landingOf(story), pullRequest: 9, mergedAt: at(60) } }),
        ),
    },
  ],
  [
    'a review closed before its deadline',
    'access_review_out_of_time',
    { pages: () => told(story, ASKED, closed('left', { at: at(59) })) },
  ],
  [
    'a review closed that was never asked',
    'access_review_changed',
    { pages: () => told(story, closed('left')) },
  ],
  [
    'a review answered with other owners',
    'access_review_changed',
    { pages: () => told(story, ASKED, answered(story, YES, { owners: { teams: ['friends'], users: [] } })) },
  ],
  [
    'a review closed about somebody else',
    'access_review_changed',
    {
      pages: () =>
        told(story, ASKED, closed('left', { items: [{ ...ITEM, subject: 'trent', outcome: 'left' }] })),
    },
  ],
  [
    'a review asked again otherwise',
    'document_rewritten',
    { pages: () => told(story, ASKED, { ...ASKED, due: at(90) }) },
  ],
  [
    'a record of an access review in the place of another',
    'document_unreadable',
    { pages: () => [...story.pages, pageOf(ASKED, 'access-reviews/2026/11/another.asked.yaml')] },
  ],
];
