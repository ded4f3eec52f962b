import {
  type AccessReviewId,
  type AccessReviewRecord,
  type AccessReviewStage,
  parseAccessReviewId,
} from '../access-review/access-review.js';
import type { Oid } from '../approval.js';
import { parseOid } from '../approval.js';
import type { OrphanRecord } from '../reconcile/orphan.js';
import { parseRequestId, type RequestId } from '../request.js';
import type { Instant } from '../time.js';

/** Where things lie in the ledger (DESIGN section 5). Nothing else may lie there. */
export const CURSOR_PATH = 'cursor';
export const README_PATH = 'README.md';
export const GRANTS_FOLDER = 'grants/';
export const ACTIVE_FOLDER = 'active/';
export const VIOLATIONS_FOLDER = 'violations/';
export const ORPHANS_FOLDER = 'orphans/';
export const REVIEWS_FOLDER = 'access-reviews/';

export function entryPath(id: RequestId): string {
  return `${GRANTS_FOLDER}${id}.yaml`;
}

/** An empty file that is there as long as something of the grant lives, so a pass never looks at the dead. */
export function markerPath(id: RequestId): string {
  return `${ACTIVE_FOLDER}${id}`;
}

/** Filed under the month in which the app saw it. */
export function violationPath(violation: { readonly commit: Oid; readonly at: Instant }): string {
  return `${VIOLATIONS_FOLDER}${violation.at.slice(0, 4)}/${violation.at.slice(5, 7)}/${violation.commit}.yaml`;
}

/** Filed under the month, named by the second, the target and the stage. */
export function orphansPath({ at, target, stage }: Pick<OrphanRecord, 'at' | 'target' | 'stage'>): string {
  const second = at.replace(/[-:]/g, '').toLowerCase();
  return `${ORPHANS_FOLDER}${at.slice(0, 4)}/${at.slice(5, 7)}/${second}-${target}-${stage}.yaml`;
}

/** Filed under the month in which it was asked, whatever the stage. */
export function accessReviewPath({ id, stage }: Pick<AccessReviewRecord, 'id' | 'stage'>): string {
  return `${REVIEWS_FOLDER}${id}.${stage}.yaml`;
}

export type LedgerPath =
  | { readonly kind: 'cursor' | 'readme' | 'orphans' }
  | { readonly kind: 'entry' | 'marker'; readonly id: RequestId }
  | { readonly kind: 'access_review'; readonly id: AccessReviewId; readonly stage: AccessReviewStage }
  | { readonly kind: 'violation'; readonly commit: Oid };

const VIOLATION = /^violations\/\d{4}\/(?:0[1-9]|1[0-2])\/([0-9a-f]+)\.yaml$/;

const ORPHANS =
  /^orphans\/\d{4}\/(?:0[1-9]|1[0-2])\/\d{8}t\d{6}z-[a-z0-9][a-z0-9._-]{0,62}-(?:intended|done)\.yaml$/;

const ACCESS_REVIEW = /^access-reviews\/(.+)\.(asked|answered|closed)\.yaml$/;

/** @returns what a path of the ledger holds, or `undefined` for a path that has no business there. */
export function ledgerPath(path: string): LedgerPath | undefined {
  if (path === CURSOR_PATH) return { kind: 'cursor' };
  if (path === README_PATH) return { kind: 'readme' };
  if (path.startsWith(GRANTS_FOLDER) && path.endsWith('.yaml')) {
    const id = parseRequestId(path.slice(GRANTS_FOLDER.length, -'.yaml'.length));
    return id === undefined ? undefined : { kind: 'entry', id };
  }
  if (path.startsWith(ACTIVE_FOLDER)) {
    const id = parseRequestId(path.slice(ACTIVE_FOLDER.length));
    return id === undefined ? undefined : { kind: 'marker', id };
  }
  if (ORPHANS.test(path)) return { kind: 'orphans' };
  const [, reviewed = '', stage] = ACCESS_REVIEW.exec(path) ?? [];
  const review = parseAccessReviewId(reviewed);
  if (review !== undefined) return { kind: 'access_review', id: review, stage: stage as AccessReviewStage };
  const commit = parseOid(VIOLATION.exec(path)?.[1] ?? '');
  return commit === undefined ? undefined : { kind: 'violation', commit };
}

export function renderCursor(commit: Oid): string {
  return `${commit}\n`;
}

export function parseCursor(text: string): Oid | undefined {
  return text.endsWith('\n') ? parseOid(text.slice(0, -1)) : undefined;
}
