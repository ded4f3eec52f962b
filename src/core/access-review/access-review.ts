import type { Oid } from '../approval.js';
import { type Holding, holdingKey } from '../grant.js';
import type { Account, Group } from '../identity.js';
import { parseRequestId, type RequestId } from '../request.js';
import type { Instant } from '../time.js';

/** `2026/11/30-adoption-orders-db-dba`: the same grammar as that of requests, in a folder of its own. Used once, for ever. */
export type AccessReviewId = string & { readonly __brand: 'AccessReviewId' };

/** Where lists lie on the default branch. */
export const ACCESS_REVIEWS_FOLDER = 'access-reviews/';

export function parseAccessReviewId(text: string): AccessReviewId | undefined {
  return parseRequestId(text) === undefined ? undefined : (text as AccessReviewId);
}

/** @returns the id of the list a path holds, or `undefined` when none may lie there. */
export function accessReviewIdOfPath(path: string): AccessReviewId | undefined {
  if (!path.startsWith(ACCESS_REVIEWS_FOLDER) || !path.endsWith('.yaml')) return undefined;
  return parseAccessReviewId(path.slice(ACCESS_REVIEWS_FOLDER.length, -'.yaml'.length));
}

export function pathOfAccessReview(id: AccessReviewId): string {
  return `${ACCESS_REVIEWS_FOLDER}${id}.yaml`;
}

/** `adoption`: what somebody holds without a grant, asked about as soon as it is found. `periodic`: what has been held for long. */
export type AccessReviewKind = 'adoption' | 'periodic';

/** What its owners are asked about: a grant, or what somebody holds without one. Exactly one of `grant` and `standing` is there. */
export interface AskedItem {
  readonly grant?: RequestId;
  readonly standing?: Holding;
  /** The login of whoever has it, or who that is on the target where nobody knows. */
  readonly subject: string;
  /** Ids of what it is, by the catalog of that moment. */
  readonly entitlements: readonly string[];
  /** When a grant ends by itself. */
  readonly until?: Instant;
  /** An earlier list adopted it: then silence takes it away. */
  readonly adopted?: boolean;
}

/** One line of a list as its owners fill it in; only the last two are theirs. */
export interface ListedItem extends AskedItem {
  readonly keep: 'yes' | 'no';
  readonly justification: string;
}

/** The file in the pull request. */
export interface ReviewList {
  readonly version: 1;
  readonly kind: AccessReviewKind;
  /** Until when it has to be merged. */
  readonly due: Instant;
  readonly owners: Group;
  readonly items: readonly ListedItem[];
}

export type AccessReviewStage = 'asked' | 'answered' | 'closed';

/** `kept`: an owner said so. `ended`: its grant was told to end. `removed`: taken from the target and read back. `left`: see the code. */
export type ItemOutcome = 'kept' | 'ended' | 'removed' | 'gone' | 'left';

export interface RecordedItem extends AskedItem {
  /** Of `answered`: whether it is kept, which takes more than a `yes`. */
  readonly keep?: boolean;
  readonly justification?: string;
  /** Of `closed`. */
  readonly outcome?: ItemOutcome;
  /** Why a `yes` does not keep it, or why it was left. */
  readonly code?: string;
}

/** An owner's approval of the list as it landed. */
export interface ListApproval {
  readonly account: Account;
  readonly review: number;
  readonly at: Instant;
}

/**
 * One stage of an access review, for the ledger: asked before the pull request is opened, answered when it landed, closed at its
 * deadline. Each is written once and repeats what was asked.
 */
export interface AccessReviewRecord {
  readonly version: 1;
  readonly id: AccessReviewId;
  readonly stage: AccessReviewStage;
  readonly at: Instant;
  readonly kind: AccessReviewKind;
  readonly due: Instant;
  readonly owners: Group;
  /** Of `answered`. */
  readonly landing?: { readonly commit: Oid; readonly pullRequest: number; readonly mergedAt: Instant };
  readonly approvals?: readonly ListApproval[];
  /** Of `closed`: until when what is kept counts as adopted. */
  readonly adoptedUntil?: Instant;
  /** At least one. */
  readonly items: readonly RecordedItem[];
}

/** Equal for the same thing asked about, in whatever list. */
export function itemKey({ grant, standing }: AskedItem): string {
  return standing === undefined ? `grant ${grant ?? ''}` : `standing ${holdingKey(standing)}`;
}

/** The stages of one access review as far as they are recorded. */
export interface KnownReview {
  readonly asked: AccessReviewRecord;
  readonly answered?: AccessReviewRecord;
  readonly closed?: AccessReviewRecord;
}

/** By id. What has a later stage without having been asked is no review of ours, and the audit says so. */
export function knownReviews(
  records: readonly AccessReviewRecord[],
): ReadonlyMap<AccessReviewId, KnownReview> {
  const known = new Map<AccessReviewId, KnownReview>();
  for (const asked of records) if (asked.stage === 'asked') known.set(asked.id, { asked });
  for (const record of records) {
    const before = known.get(record.id);
    if (before !== undefined && record.stage !== 'asked')
      known.set(record.id, { ...before, [record.stage]: record });
  }
  return known;
}

/** What its owners are given to fill in: nothing is kept unless somebody says so. */
export function listOf({ kind, due, owners, items }: AccessReviewRecord): ReviewList {
  return {
    version: 1,
    kind,
    due,
    owners,
    items: items.map((item) => ({ ...askedOf(item), keep: 'no', justification: '' })),
  };
}

/** The part of an item that was asked; what came of it is left out. */
export function askedOf({ grant, standing, subject, entitlements, until, adopted }: AskedItem): AskedItem {
  return {
    ...(grant === undefined ? {} : { grant }),
    ...(standing === undefined ? {} : { standing }),
    subject,
    entitlements,
    ...(until === undefined ? {} : { until }),
    ...(adopted === undefined ? {} : { adopted }),
  };
}
