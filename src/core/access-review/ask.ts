import { type Catalog, ownersOf } from '../entitlement.js';
import { canonicalJson, type Entry } from '../grant.js';
import type { Group } from '../identity.js';
import { isEndRequested, isLive } from '../lifecycle/grant.js';
import type { ReviewRules } from '../policy/policy.js';
import { type DriftFinding, groupKey } from '../reconcile/report.js';
import { addSeconds, durationSeconds, type Instant, monthOf } from '../time.js';
import {
  type AccessReviewId,
  type AccessReviewKind,
  type AccessReviewRecord,
  type AskedItem,
  itemKey,
  knownReviews,
} from './access-review.js';
import { adoptedAt } from './adopted.js';

/** More lines than that nobody reads; what is beyond them gets a list of its own. */
const MOST_ITEMS = 50;
/** Of its lines as JSON, so that the file, and the answers people write into it, are no larger than a document may be. */
const MOST_CHARACTERS = 16_000;
const LONGEST_NAME = 56;

/** Everything that says what has to be put before its owners now. */
export interface AskingFacts {
  readonly now: Instant;
  readonly rules: ReviewRules;
  readonly catalog: Catalog;
  /** Live grants, and since when each has been held, over all it prolongs. */
  readonly live: readonly { readonly entry: Entry; readonly since: Instant }[];
  /** What was seen on targets of standing privileges that are not adopted. */
  readonly standing: readonly DriftFinding[];
  /** Of at least as long ago as `every` and `within` together. */
  readonly records: readonly AccessReviewRecord[];
}

export interface ToAsk {
  readonly reviews: readonly AccessReviewRecord[];
  /** What has no owners in the catalog, and policy names none for it: nobody could answer, so nobody is asked. */
  readonly unowned: readonly AskedItem[];
}

interface Candidate {
  readonly kind: AccessReviewKind;
  /** Adoption is asked target by target. */
  readonly about: string;
  readonly owners: Group | undefined;
  readonly item: AskedItem;
  /** From when on it has to be asked. */
  readonly dueAt: Instant;
  /** It was kept before, so it may be asked a little early together with others. */
  readonly again: boolean;
}

/** The lists to open now, one for each owners and kind. What is in a list that is still open is not asked twice. */
export function reviewsToAsk(facts: AskingFacts): ToAsk {
  const { now, rules, records } = facts;
  const open = [...knownReviews(records).values()].filter(({ closed }) => closed === undefined);
  const asked = new Set(open.flatMap((review) => review.asked.items.map(itemKey)));
  const all = candidatesOf(facts).filter(({ item }) => !asked.has(itemKey(item)));
  const due = all.filter(({ dueAt }) => dueAt <= now);
  const used = new Set(records.map(({ id }) => id));
  const soon = addSeconds(now, durationSeconds(rules.every) / 2);
  const reviews = [...byOwners(due).values()].flatMap((group) => {
    const [first] = group;
    if (first?.owners === undefined) return [];
    const early = all.filter((one) => one.again && one.dueAt > now && one.dueAt <= soon);
    const items = [...group, ...(byOwners(early).get(keyOf(first)) ?? [])].map(({ item }) => item);
    return chunks(items).map((chunk) => askedRecord(facts, first, { items: chunk, used }));
  });
  return { reviews, unowned: due.flatMap(({ owners, item }) => (owners === undefined ? [item] : [])) };
}

function candidatesOf(facts: AskingFacts): readonly Candidate[] {
  return [...standingOf(facts), ...adoptedOf(facts), ...grantsOf(facts)].toSorted((a, b) =>
    itemKey(a.item) < itemKey(b.item) ? -1 : 1,
  );
}

function standingOf({ now, rules, standing }: AskingFacts): readonly Candidate[] {
  return standing.map(({ target, subject, login, grant, entitlements, owners }) => ({
    kind: 'adoption',
    about: target,
    owners: together(owners) ?? rules.owners,
    item: { standing: { target, subject, grant }, subject: login ?? subject, entitlements },
    dueAt: now,
    again: false,
  }));
}

function adoptedOf({ now, rules, catalog, records }: AskingFacts): readonly Candidate[] {
  return [...adoptedAt(records, now).values()].map(({ item, since }) => ({
    kind: 'periodic',
    about: '',
    owners: ownersFor(item.entitlements, [item.standing?.target ?? ''], catalog) ?? rules.owners,
    item: { ...item, adopted: true },
    dueAt: addSeconds(since, durationSeconds(rules.every)),
    again: true,
  }));
}

/** Grants held for long that do not end by themselves before the answer is due. */
function grantsOf({ now, rules, catalog, live, records }: AskingFacts): readonly Candidate[] {
  const kept = keptGrants(records);
  const answered = addSeconds(now, durationSeconds(rules.within));
  return live.flatMap(({ entry, since }): Candidate[] => {
    const { id, subject, window } = entry;
    if (window === undefined || subject === null || isEndRequested(entry)) return [];
    if (window.expiresAt <= answered) return [];
    const held = entry.holdings.filter(isLive);
    const entitlements = held.map((one) => one.entitlement);
    const targets = held.map(({ holding }) => holding.target);
    const last = kept.get(id);
    const [from, span] = last === undefined ? [since, rules.longLived] : [last, rules.every];
    return [
      {
        kind: 'periodic',
        about: '',
        owners: ownersFor(entitlements, targets, catalog) ?? rules.owners,
        item: { grant: id, subject: subject.login, entitlements, until: window.expiresAt },
        dueAt: addSeconds(from, durationSeconds(span)),
        again: last !== undefined,
      },
    ];
  });
}

function keptGrants(records: readonly AccessReviewRecord[]): ReadonlyMap<string, Instant> {
  const kept = new Map<string, Instant>();
  for (const { stage, at, items } of records) {
    for (const { grant, outcome } of stage === 'closed' ? items : []) {
      if (grant !== undefined && outcome === 'kept' && at > (kept.get(grant) ?? '')) kept.set(grant, at);
    }
  }
  return kept;
}

function ownersFor(
  entitlements: readonly string[],
  targets: readonly string[],
  catalog: Catalog,
): Group | undefined {
  const known = entitlements.flatMap((id) => catalog.entitlements.get(id) ?? []);
  const named = known.length > 0 ? known.map(ownersOf) : targets.map((id) => catalog.targets.get(id)?.owners);
  return together(named.flatMap((group) => group ?? []));
}

/** What several groups own, any of them may answer for. */
function together(groups: readonly Group[]): Group | undefined {
  if (groups.length === 0) return undefined;
  const teams = new Set(groups.flatMap((group) => group.teams));
  const users = new Map(groups.flatMap((group) => group.users).map((user) => [user.toLowerCase(), user]));
  return { teams: [...teams].toSorted(), users: [...users.values()].toSorted() };
}

const keyOf = ({ kind, about, owners }: Candidate): string =>
  [kind, about, owners === undefined ? '' : groupKey(owners)].join(' ');

function byOwners(candidates: readonly Candidate[]): ReadonlyMap<string, readonly Candidate[]> {
  const groups = new Map<string, Candidate[]>();
  for (const one of candidates) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}

function chunks(items: readonly AskedItem[]): readonly (readonly AskedItem[])[] {
  const all: AskedItem[][] = [];
  let room = 0;
  for (const item of items) {
    const length = canonicalJson(item as never).length;
    const last = all.at(-1);
    if (last === undefined || last.length >= MOST_ITEMS || length > room) {
      all.push([item]);
      room = MOST_CHARACTERS - length;
    } else {
      last.push(item);
      room -= length;
    }
  }
  return all;
}

function askedRecord(
  { now, rules }: AskingFacts,
  { kind, about, owners = { teams: [], users: [] } }: Candidate,
  { items, used }: { readonly items: readonly AskedItem[]; readonly used: Set<AccessReviewId> },
): AccessReviewRecord {
  const words = [
    now.slice(8, 10),
    kind,
    about,
    ...owners.teams,
    ...owners.users.map((user) => user.toLowerCase()),
  ];
  const name = words
    .filter((word) => word !== '')
    .join('-')
    .replaceAll(/[^a-z0-9._-]/g, '-')
    .slice(0, LONGEST_NAME);
  const id = freeId(`${monthOf(now)}/${name}`, used);
  used.add(id);
  const due = addSeconds(now, durationSeconds(rules.within));
  return { version: 1, id, stage: 'asked', at: now, kind, due, owners, items };
}

function freeId(wanted: string, used: ReadonlySet<string>): AccessReviewId {
  for (let number = 2, id = wanted; ; number += 1) {
    if (!used.has(id)) return id as AccessReviewId;
    id = `${wanted}-${number}`;
  }
}
