import type { Oid, Review } from '../approval.js';
import { canonicalJson } from '../grant.js';
import { type Account, sameLogin } from '../identity.js';
import { type People, personOf } from '../people.js';
import { isNobody, samePerson } from '../policy/membership.js';
import { standingsOf } from '../policy/reviews.js';
import type { RequestId } from '../request.js';
import type { Instant } from '../time.js';
import {
  type AccessReviewRecord,
  type AskedItem,
  askedOf,
  itemKey,
  type ListApproval,
  type ListedItem,
  type RecordedItem,
  type ReviewList,
} from './access-review.js';

/** What is different about a list beside the two keys that are its owners'; a closed list. */
export type ListProblem = 'head_changed' | 'item_missing' | 'item_unknown' | 'item_twice' | 'item_changed';

/** One difference, and which line of the list it is about where it is about one. */
export interface ListDifference {
  readonly problem: ListProblem;
  /** Index in the list; `undefined` for what is not in it. */
  readonly at?: number;
  readonly subject?: string;
}

/** Holds a list that came back against the one that was asked. None: only answers were filled in. */
export function differencesOf(asked: AccessReviewRecord, list: ReviewList): readonly ListDifference[] {
  const { kind, due, owners } = asked;
  const isHeadSame = same({ kind, due, owners }, { kind: list.kind, due: list.due, owners: list.owners });
  const wanted = new Map(asked.items.map((item) => [itemKey(item), item]));
  const seen = new Set<string>();
  const inList = list.items.flatMap((item, at): ListDifference[] => {
    const key = itemKey(item);
    const { subject } = item;
    const original = wanted.get(key);
    if (original === undefined) return [{ problem: 'item_unknown', at, subject }];
    if (seen.has(key)) return [{ problem: 'item_twice', at, subject }];
    seen.add(key);
    return same(askedOf(original), askedOf(item)) ? [] : [{ problem: 'item_changed', at, subject }];
  });
  const left = [...wanted].filter(([key]) => !seen.has(key));
  return [
    ...(isHeadSame ? [] : [{ problem: 'head_changed' } as const]),
    ...inList,
    ...left.map(([, { subject }]) => ({ problem: 'item_missing', subject }) as const),
  ];
}

function same(a: object, b: object): boolean {
  return canonicalJson(a as never) === canonicalJson(b as never);
}

/** What is known of a pull request that brings a list, and of who its owners are now. */
export interface AnswerFacts {
  readonly now: Instant;
  readonly head: Oid;
  readonly epoch: Instant | null;
  readonly reviews: readonly Review[];
  /** Everybody the owners' teams and logins name, by numeric id. */
  readonly owners: readonly Account[];
  readonly people: People;
}

/** Who of the owners stands behind the list as it is, and who objects to it. */
export interface OwnersSay {
  readonly approvals: readonly ListApproval[];
  readonly objections: readonly Account[];
}

/**
 * Approvals of owners, of this very head, given after it was seen here. Owners answer for themselves, so whoever filled the list in may
 * approve it; who is asked about is left out item by item. Unknown means no.
 */
export function ownersSay({ now, head, epoch, reviews, owners, people }: AnswerFacts): OwnersSay {
  const ids = new Set(owners.map(({ id }) => id));
  const own = standingsOf(reviews).people.filter(
    ({ account, review }) =>
      review.authorType === 'User' && ids.has(account.id) && !isNobody(people, account),
  );
  const approvals = own.flatMap(({ account, review, state }) => {
    const counts =
      state === 'approved' &&
      review.commit === head &&
      epoch !== null &&
      review.submittedAt > epoch &&
      review.submittedAt <= now;
    return counts ? [{ account, review: review.id, at: review.submittedAt }] : [];
  });
  const objections = own.flatMap(({ account, state }) => (state === 'changes_requested' ? [account] : []));
  return { approvals, objections };
}

/** Whether the owners have answered: one of them approves, and none objects. */
export function isAnswered({ approvals, objections }: OwnersSay): boolean {
  return approvals.length > 0 && objections.length === 0;
}

/** What says who somebody is, whatever login they have by now. */
export interface WhoIsWho {
  readonly people: People;
  /** Who holds the grants that live. */
  readonly holders: ReadonlyMap<RequestId, Account>;
}

/** What the list means, item by item. A `yes` keeps only with a justification, and by an owner who is not asked about. */
export function answersOf(
  list: ReviewList,
  approvals: readonly ListApproval[],
  who: WhoIsWho,
): RecordedItem[] {
  return list.items.map((item) => {
    const code = item.keep === 'yes' ? whyNotKept(item, approvals, who) : undefined;
    const { justification } = item;
    return {
      ...askedOf(item),
      keep: item.keep === 'yes' && code === undefined,
      ...(justification === '' ? {} : { justification }),
      ...(code === undefined ? {} : { code }),
    };
  });
}

function whyNotKept(
  item: ListedItem,
  approvals: readonly ListApproval[],
  who: WhoIsWho,
): 'no_justification' | 'no_other_owner' | undefined {
  if (item.justification.trim() === '') return 'no_justification';
  return approvals.some(({ account }) => !isAbout(item, account, who)) ? undefined : 'no_other_owner';
}

/**
 * Whether somebody is asked about: by login, by number, since a login is changed in a minute (T043), or by the name they have on the target.
 */
export function isAbout(
  { grant, standing, subject }: AskedItem,
  account: Account,
  { people, holders }: WhoIsWho,
): boolean {
  if (sameLogin(subject, account.login) || personOf(people, subject)?.id === account.id) return true;
  if (grant !== undefined) return holders.get(grant)?.id === account.id;
  if (standing === undefined) return false;
  if (sameLogin(standing.subject, account.login)) return true;
  // Most targets ignore case, and this only excludes.
  const name = standing.subject.toLowerCase();
  return [...people.values()].some(
    (person) => samePerson(person, account) && person.identities.get(standing.target)?.toLowerCase() === name,
  );
}
