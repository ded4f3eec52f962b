import { ACCESS_REVIEWS_FOLDER } from './access-review/access-review.js';
import type { Oid } from './approval.js';
import type { Account } from './identity.js';
import { REQUEST_FOLDER, requestIdOfPath } from './request.js';
import type { Instant } from './time.js';

/** One changed path between two trees, without rename detection (T020). */
export interface TreeChange {
  readonly path: string;
  readonly before: TreeFile | null;
  readonly after: TreeFile | null;
}

export interface TreeFile {
  /** As git writes it, such as `100644`. */
  readonly mode: string;
  readonly oid: Oid;
}

/** What the app reads of a pull request, whatever a webhook said (T072). */
export interface PullRequest {
  readonly number: number;
  readonly author: Account | null;
  readonly authorType: string;
  readonly state: 'open' | 'closed';
  readonly draft: boolean;
  /** False: the head lies in another repository, or that repository is gone (T054). */
  readonly sameRepository: boolean;
  readonly head: Oid;
  readonly headBranch: string;
  readonly baseBranch: string;
  readonly openedAt: Instant;
  readonly labels: readonly string[];
  readonly requestedReviewers: readonly Account[];
  readonly merged: { readonly commit: Oid; readonly at: Instant; readonly by: Account | null } | null;
}

export type PullRequestClass = 'request' | 'removal' | 'control' | 'access_review' | 'other' | 'mixed';

const CONTROL_FILES = new Set(['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS']);

/** Policy, catalog, people, and the suites that try them. */
const CONTROL_FOLDERS = ['.github/access/', '.github/workflows/'];

export const POLICY_PATH = '.github/access/policy.yaml';
export const CATALOG_PATH = '.github/access/catalog.yaml';
export const PEOPLE_PATH = '.github/access/people.yaml';
/** Every YAML file below here is a policy suite, and runs when policy changes. */
export const SUITES_FOLDER = '.github/access/suites';

type ChangeClass = 'request' | 'removal' | 'modified-request' | 'control' | 'access_review' | 'other';

/** What a single change is. Only `README.md` may lie among the requests besides requests. */
export function classOfChange(change: TreeChange): ChangeClass {
  if (change.path === `${REQUEST_FOLDER}README.md`) return 'other';
  if (change.path.startsWith(REQUEST_FOLDER)) {
    if (change.before === null) return 'request';
    return change.after === null ? 'removal' : 'modified-request';
  }
  if (change.path.startsWith(ACCESS_REVIEWS_FOLDER)) return 'access_review';
  const name = change.path.slice(change.path.lastIndexOf('/') + 1);
  if (CONTROL_FILES.has(change.path) || name === '.gitattributes') return 'control';
  return CONTROL_FOLDERS.some((folder) => change.path.startsWith(folder)) ? 'control' : 'other';
}

/** The one class of a pull request (DESIGN section 4). Nothing changed is `other`; more than one class is `mixed` (T022). */
export function classOf(changes: readonly TreeChange[]): PullRequestClass {
  const classes = new Set(changes.map(classOfChange));
  if (classes.size === 0) return 'other';
  if (classes.size > 1 || classes.has('modified-request')) return 'mixed';
  const [only] = classes;
  return only === undefined || only === 'modified-request' ? 'mixed' : only;
}

export const MAX_REQUESTS_PER_PULL_REQUEST = 5;

/** Whether a path among the requests has the form of a request path. */
export function isRequestPath(path: string): boolean {
  return requestIdOfPath(path) !== undefined;
}
