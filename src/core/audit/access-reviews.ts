import {
  type AccessReviewId,
  type AccessReviewRecord,
  askedOf,
  itemKey,
  type KnownReview,
  type RecordedItem,
} from '../access-review/access-review.js';
import type { Oid } from '../approval.js';
import { canonicalJson } from '../grant.js';
import { sameLogin } from '../identity.js';
import type { Branch } from './branch.js';
import { type AuditFinding, failures, finding, type Place } from './finding.js';
import { accessReviewPath } from './layout.js';

interface Written {
  readonly path: string;
  /** `null` stands for bytes that cannot be read. */
  readonly value: AccessReviewRecord | null;
}

/** Holds the stages of access reviews against each other, in the order the ledger has them. */
export interface AccessReviewAudit {
  take(written: Written, commit: Oid): readonly AuditFinding[];
}

export function newAccessReviewAudit(branch: Pick<Branch, 'position'>): AccessReviewAudit {
  const known = new Map<AccessReviewId, KnownReview>();
  return {
    take({ path, value }, commit) {
      const place = { commit, path };
      if (value === null || accessReviewPath(value) !== path) {
        const message = 'It is no record of an access review that can be read, or speaks of another.';
        return [finding('document_unreadable', place, message)];
      }
      if (value.stage === 'asked') {
        known.set(value.id, { asked: value });
        return [];
      }
      const before = known.get(value.id);
      if (before === undefined)
        return [finding('access_review_changed', place, 'It was answered or closed, and never asked.')];
      known.set(value.id, { ...before, [value.stage]: value });
      return [
        ...checkSame(before.asked, value, place),
        ...(value.stage === 'answered'
          ? checkAnswer(value, { branch, place })
          : checkClosing(before, value, place)),
      ];
    },
  };
}

function checkSame(asked: AccessReviewRecord, record: AccessReviewRecord, place: Place): AuditFinding[] {
  const text = ({ kind, due, owners, items }: AccessReviewRecord) =>
    canonicalJson({ kind, due, owners, items: items.map(askedOf).toSorted(byKey) } as never);
  return failures(place, [
    [text(asked) === text(record), 'access_review_changed', 'It is not about what was asked.'],
  ]);
}

const byKey = (a: Parameters<typeof itemKey>[0], b: Parameters<typeof itemKey>[0]) =>
  itemKey(a) < itemKey(b) ? -1 : 1;

/** Who is in the owners' teams is the app's word, as it is for decisions; that somebody else than the subject approved is not. */
function checkAnswer(
  { landing, due, approvals = [], items }: AccessReviewRecord,
  { branch, place }: { readonly branch: Pick<Branch, 'position'>; readonly place: Place },
): AuditFinding[] {
  const landed = landing !== undefined && branch.position(landing.commit) !== undefined;
  const alone = items.filter(
    ({ keep, subject }) =>
      keep === true && approvals.every(({ account }) => sameLogin(account.login, subject)),
  );
  return [
    ...failures(place, [
      [landed, 'access_review_unanswered', 'Its answer is not on the default branch.'],
      [
        landing !== undefined && landing.mergedAt < due,
        'access_review_out_of_time',
        'It was answered after its deadline.',
      ],
    ]),
    ...alone.map(({ subject }) =>
      finding('access_review_unanswered', place, `${subject} keeps access that nobody else approved.`),
    ),
  ];
}

function checkClosing({ answered }: KnownReview, closed: AccessReviewRecord, place: Place): AuditFinding[] {
  const answers = new Map((answered?.items ?? []).map((item) => [itemKey(item), item]));
  const wrong = closed.items.flatMap((item) => {
    const message = isSaid(item, answers.get(itemKey(item)))
      ? undefined
      : `${item.subject}: it is ${item.outcome ?? 'nothing'}, and its owners did not say so.`;
    return message === undefined ? [] : [finding('access_review_unanswered', place, message)];
  });
  return [
    ...failures(place, [
      [closed.at >= closed.due, 'access_review_out_of_time', 'It was closed before its deadline.'],
    ]),
    ...wrong,
  ];
}

/** Kept only by a yes; taken from a target, where it was never adopted, only by a no. */
function isSaid({ outcome, standing, adopted }: RecordedItem, answer: RecordedItem | undefined): boolean {
  if (outcome === 'kept') return answer?.keep === true;
  if (outcome === 'removed' && standing !== undefined)
    return (
      answer?.keep !== true && (adopted === true || (answer?.keep === false && answer.code === undefined))
    );
  return outcome !== undefined;
}
