import {
  type AccessReviewId,
  type AccessReviewRecord,
  accessReviewIdOfPath,
  type KnownReview,
  knownReviews,
  type RecordedItem,
} from '../../core/access-review/access-review.js';
import { answersOf, differencesOf, type OwnersSay, ownersSay } from '../../core/access-review/answer.js';
import type { Oid } from '../../core/approval.js';
import type { Catalog } from '../../core/entitlement.js';
import type { Entry } from '../../core/grant.js';
import { type Account, type Group, loginNow } from '../../core/identity.js';
import { isLive } from '../../core/lifecycle/grant.js';
import { holdsGrantedMembership } from '../../core/policy/granted-membership.js';
import type { TreeChange } from '../../core/pull-request.js';
import type { Instant } from '../../core/time.js';
import { differenceIssues, parseReviewList } from '../../documents/access-review.js';
import { FILE_START, type Issue, issue } from '../../documents/issue.js';
import { readableEntries } from '../../ports/ledger.js';
import type { PullRequestFacts } from '../../ports/review-host.js';
import { loadHoldings } from '../control/load-control.js';
import { LARGEST_LIST, readDocument } from '../control/read-document.js';
import { touchesControl } from '../control/touches-control.js';
import type { Ports } from '../ports.js';
import { membersOf } from './owners.js';
import { recentReviews } from './records.js';

export type ListDeps = Pick<Ports, 'directory' | 'repository' | 'ledger' | 'kinds' | 'clock'>;

/** A pull request that brings a list, and by which moment it is judged. */
export interface ListCase {
  /** What the host showed of the pull request. */
  readonly facts: PullRequestFacts;
  readonly changes: readonly TreeChange[];
  /** Whose people document says who is who. */
  readonly base: Oid;
  /** Now, or when it was merged. */
  readonly at: Instant;
}

/** What a list that came back means. */
export type ExaminedList =
  | { readonly refusal: { readonly message: string; readonly unblock: string } }
  | { readonly id: AccessReviewId; readonly issues: readonly Issue[] }
  | ListAnswer;

export interface ListAnswer {
  readonly asked: AccessReviewRecord;
  readonly say: OwnersSay;
  /** By what is approved so far. */
  readonly items: readonly RecordedItem[];
}

/** Reads a list and what its owners say of it. The same for an open pull request and for one that has landed. */
export async function examineList(deps: ListDeps, one: ListCase): Promise<ExaminedList> {
  const found = await reviewOf(deps, one);
  if ('refusal' in found) return found;
  // A rebase lands each commit by itself, so one could say for a moment who owns what and who is who (T058).
  const touching = await touchesControl(deps, one.base, one.facts.pullRequest.head);
  if (touching !== undefined) return touchesToo(touching);
  const { review, change } = found;
  const { asked } = review;
  const { id } = asked;
  const file = { path: change.path, limit: LARGEST_LIST };
  const read = await readDocument(deps.repository, change.after ?? undefined, file);
  const parsed = 'bytes' in read ? parseReviewList(read.bytes, id) : read;
  if ('issues' in parsed) return { id, issues: parsed.issues };
  const differences = differencesOf(asked, parsed.value);
  if (differences.length > 0) return { id, issues: differenceIssues(differences, id) };
  const documents = await loadHoldings(deps, one.base);
  if (documents === undefined) {
    const where = { file: change.path, ...FILE_START };
    return { id, issues: [issue('document_unread', where, { path: 'catalog.yaml or people.yaml' })] };
  }
  const { people, catalog } = documents;
  const { pullRequest, epoch, reviews } = one.facts;
  const live = readableEntries((await deps.ledger.known())?.snapshot ?? (await deps.ledger.read()));
  const say = ownersSay({
    now: one.at,
    head: pullRequest.head,
    epoch,
    reviews,
    owners: await mayAnswer(deps, asked.owners, { catalog, live }),
    people,
  });
  const holders = new Map(live.flatMap((entry) => (entry.subject ? [[entry.id, entry.subject]] : [])));
  return { asked, say, items: answersOf(parsed.value, say.approvals, { people, holders }) };
}

interface Held {
  readonly catalog: Catalog;
  readonly live: readonly Entry[];
}

/** Who of a group may answer: not those whom a grant alone makes one of its teams, or access would keep itself (T041). */
async function mayAnswer(
  deps: ListDeps,
  owners: Group,
  { catalog, live: entries }: Held,
): Promise<readonly Account[]> {
  const teams = await Promise.all(owners.teams.map((team) => deps.directory.team(team)));
  const members = await membersOf(deps, owners);
  const live = entries.flatMap(({ subject, holdings }) => {
    const entitlements = holdings.filter(isLive).map((held) => held.entitlement);
    return subject === null ? [] : [{ subject: loginNow(subject, members), entitlements }];
  });
  return members.filter(({ login }) => !holdsGrantedMembership(login, owners, { catalog, live, teams }));
}

/** The one open access review that a pull request is about; else why it is about none. */
async function reviewOf(
  deps: ListDeps,
  { changes, at }: ListCase,
): Promise<
  | { readonly review: KnownReview; readonly change: TreeChange }
  | { readonly refusal: { readonly message: string; readonly unblock: string } }
> {
  const [change, ...others] = changes;
  if (change === undefined || others.length > 0)
    return refuse(
      'This changes more than one list.',
      'Answer each list in the pull request Hallpass opened for it.',
    );
  const id = accessReviewIdOfPath(change.path);
  const known = knownReviews(await recentReviews(deps, deps.clock.now()));
  const review = id === undefined ? undefined : known.get(id);
  if (review === undefined)
    return refuse(
      'Hallpass has not asked for this list.',
      'Close this pull request; Hallpass opens one for each list it asks for.',
    );
  if (review.answered !== undefined)
    return refuse(
      'This list is answered already.',
      'What is left ends at its deadline; the next list asks again.',
    );
  if (review.closed !== undefined || review.asked.due <= at)
    return refuse(
      'The deadline of this list has passed.',
      'Close this pull request. Who still needs access asks for it again.',
    );
  return { review, change };
}

function touchesToo(commit: Oid) {
  return refuse(
    `Commit ${commit.slice(0, 7)} of this pull request changes policy, catalog or people, even if a later one puts it back.`,
    'Close this pull request and delete its branch; Hallpass opens the list again.',
  );
}

function refuse(message: string, unblock: string) {
  return { refusal: { message, unblock } };
}
