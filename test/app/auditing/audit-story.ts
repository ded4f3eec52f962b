import { providerKinds } from '../../../src/adapters/providers/index.js';
import type { Oid } from '../../../src/core/approval.js';
import {
  CURSOR_PATH,
  entryPath,
  markerPath,
  README_PATH,
  renderCursor,
  violationPath,
} from '../../../src/core/audit/layout.js';
import type { Entry, GrantEvent, Violation } from '../../../src/core/grant.js';
import { applyEvent, type HoldingFacts, isLiveEntry } from '../../../src/core/lifecycle/grant.js';
import { entryOf } from '../../../src/core/lifecycle/landing.js';
import { evaluate } from '../../../src/core/policy/evaluate.js';
import type { Control, Evidence } from '../../../src/core/policy/evidence.js';
import { CATALOG_PATH, PEOPLE_PATH, POLICY_PATH } from '../../../src/core/pull-request.js';
import { pathOfRequest, type RequestId } from '../../../src/core/request.js';
import { addSeconds, type Instant } from '../../../src/core/time.js';
import { parseCatalog } from '../../../src/documents/catalog.js';
import { renderEntry } from '../../../src/documents/entry.js';
import type { Parsed } from '../../../src/documents/issue.js';
import { parsePeople } from '../../../src/documents/people.js';
import { parsePolicy } from '../../../src/documents/policy.js';
import { parseRequest } from '../../../src/documents/request.js';
import { renderViolation } from '../../../src/documents/violation.js';
import { bareRemote, blob, commit, git } from '../../adapters/git/world.js';
import { account } from '../entries.js';

/**
 * A default branch with requests on it and the ledger the app would write about them, as values that a test can change in one
 * place before they become commits.
 */
export const NOON = '2026-11-22T12:00:00Z' as Instant;
export const ALICE = account('alice', 1001);
export const BOB = account('bob', 1002);
export const CAROL = account('carol', 1003);
export const DAVE = account('dave', 1004);

export const CATALOG = `version: 1
targets:
  orders-db: { kind: memory }
tiers:
  production: { min_approvals: 2, max_duration: 4h }
entitlements:
  orders-db-readonly: { title: Read orders, target: orders-db, tier: production, grant: { name: app_readonly } }
  orders-db-write: { title: Write orders, target: orders-db, tier: production, grant: { name: app_write } }
`;

export const PEOPLE = `version: 1
people:
  alice: { id: 1001, identities: { orders-db: alice_ro } }
  dave: { id: 1004, identities: { orders-db: dave_ro } }
`;

export const POLICY = `version: 1
rules:
  - name: production-data
    entitlements: ["orders-db-*"]
    max_duration: 2h
    approvals:
      - { from: { users: [bob] }, count: 1 }
      - { from: { users: [carol, erin] }, count: 1 }
  - name: on-call
    entitlements: ["orders-db-readonly"]
    break_glass: { max_duration: 1h, review_within: 24h, reviewers: { users: [carol] } }
`;

const ID = { subject: 'alice', entitlements: '[orders-db-readonly]', duration: '1h', more: '' };

export function requestText(changes: Partial<typeof ID> = {}): string {
  const { subject, entitlements, duration, more } = { ...ID, ...changes };
  return `version: 1\nsubject: ${subject}\nentitlements: ${entitlements}\nduration: ${duration}\njustification: "INC-1: look"\n${more}`;
}

/** One commit of the ledger: its subject and what it writes; `null` removes. */
export interface Page {
  subject: string;
  writes: Map<string, Buffer | { readonly mode: string; readonly oid: string } | null>;
}

export interface Story {
  readonly repo: string;
  readonly pages: readonly Page[];
  /** Entries by the page that wrote them, so that a test can write a changed one in its place. */
  readonly landings: Readonly<Record<string, { readonly commit: Oid; readonly parent: Oid }>>;
}

export const IDS = {
  alice: '2026/11/alice' as RequestId,
  dave: '2026/11/22/dave' as RequestId,
  glass: '2026/11/glass' as RequestId,
  refused: '2026/11/refused' as RequestId,
  longer: '2026/11/longer' as RequestId,
};

export function at(minutes: number): Instant {
  return addSeconds(NOON, minutes * 60);
}

function certain<T>(parsed: Parsed<T>): T {
  if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

export const CONTROL: Control = {
  policy: certain(parsePolicy(Buffer.from(POLICY), POLICY_PATH)),
  catalog: certain(parseCatalog(Buffer.from(CATALOG), CATALOG_PATH, providerKinds)),
  people: certain(parsePeople(Buffer.from(PEOPLE), PEOPLE_PATH)),
};

const HEAD = 'a'.repeat(40) as Oid;

/** What was known when a request of alice's (or of `who`) was decided: bob and carol had approved. */
export function evidenceOf(number: number, merged: Instant, changes: Partial<Evidence> = {}): Evidence {
  const review = (id: number, author: typeof BOB) => ({
    id,
    author,
    authorType: 'User',
    state: 'approved' as const,
    commit: HEAD,
    submittedAt: addSeconds(merged, -60),
    commented: false,
  });
  return {
    now: merged,
    pullRequest: { number, openedAt: addSeconds(merged, -600) },
    requester: ALICE,
    requesterType: 'User',
    subject: ALICE,
    head: HEAD,
    epoch: addSeconds(merged, -300),
    reviews: [review(number * 10 + 1, BOB), review(number * 10 + 2, CAROL)],
    contributors: [ALICE],
    pushers: [ALICE],
    teams: [],
    live: [],
    openRequests: null,
    held: null,
    owedReviews: [],
    ...changes,
  };
}

export function decide(
  repo: string,
  landing: { readonly id: RequestId; readonly content: string; readonly commit: Oid; readonly parent: Oid },
  evidence: Evidence,
): Entry {
  const request = certain(parseRequest(Buffer.from(landing.content), landing.id));
  const decision = evaluate(CONTROL, request, evidence);
  const prolonged = evidence.live.find((grant) => grant.id === request.extends);
  const entry = entryOf(
    {
      request,
      blob: blob(repo, landing.content),
      content: landing.content,
      commit: landing.commit,
      parent: landing.parent,
      pullRequest: evidence.pullRequest.number,
      mergedAt: evidence.now,
      requester: evidence.requester,
      decision,
      evidence,
      control: { policy: blob(repo, POLICY), catalog: blob(repo, CATALOG), people: blob(repo, PEOPLE) },
      ...(prolonged === undefined ? {} : { prolongs: prolonged.until }),
    },
    CONTROL,
    addSeconds(evidence.now, 1),
  );
  if (!entry.breakGlass || entry.window === undefined) return entry;
  return applyEvent(entry, {
    event: 'review_due',
    at: addSeconds(evidence.now, 1),
    due: addSeconds(evidence.now, 86_400),
  });
}

/** Adds an event for the entitlement of an entry. */
export function step(
  entry: Entry,
  event: GrantEvent['event'],
  when: Instant,
  more: Partial<GrantEvent> = {},
  facts: HoldingFacts = {},
): Entry {
  const entitlement = entry.holdings[0]?.entitlement;
  const about = entitlement === undefined ? {} : { entitlement };
  return applyEvent(entry, { event, at: when, ...about, ...more }, facts);
}

export function page(
  subject: string,
  entries: readonly Entry[],
  more: { cursor?: Oid; violation?: Violation } = {},
): Page {
  const writes: Page['writes'] = new Map();
  for (const entry of entries) {
    writes.set(entryPath(entry.id), Buffer.from(renderEntry(entry)));
    if (isLiveEntry(entry)) writes.set(markerPath(entry.id, 'flat'), Buffer.alloc(0));
    else writes.set(markerPath(entry.id, 'flat'), null);
  }
  if (more.violation) writes.set(violationPath(more.violation), Buffer.from(renderViolation(more.violation)));
  if (more.cursor) writes.set(CURSOR_PATH, Buffer.from(renderCursor(more.cursor)));
  return { subject, writes };
}

/** The branch and the ledger of one afternoon. */
export function tellStory(
  folder: string,
): Story & { readonly entries: Readonly<Record<keyof typeof IDS, Entry>> } {
  const repo = bareRemote(folder);
  commit(repo, { 'README.md': 'before', 'access-requests/2025/01/old.yaml': 'before the app came' });
  const anchor = commit(repo, { [POLICY_PATH]: POLICY, [CATALOG_PATH]: CATALOG, [PEOPLE_PATH]: PEOPLE });
  const content = {
    alice: requestText(),
    dave: requestText({ subject: 'dave' }),
    glass: requestText({ more: 'break_glass: true\n' }),
    refused: requestText({ duration: '3h' }),
    longer: requestText({ more: `extends: ${IDS.alice}\n` }),
  };
  const land = (id: keyof typeof IDS): { commit: Oid; parent: Oid; id: RequestId; content: string } => {
    const parent = git(repo, ['rev-parse', 'main']) as Oid;
    // As GitHub merges: the branch of the pull request is the second parent.
    const path = pathOfRequest(IDS[id]);
    const side = commit(repo, { [path]: content[id] }, { branch: `work-${id}`, parents: [parent] });
    const landed = commit(repo, { [path]: content[id] }, { parents: [parent, side], message: `Merge ${id}` });
    return { commit: landed, parent, id: IDS[id], content: content[id] };
  };
  const landings = { alice: land('alice'), dave: land('dave') };
  const direct = commit(repo, { 'access-requests/2026/11/direct.yaml': requestText() });
  const more = { glass: land('glass'), refused: land('refused'), longer: land('longer') };
  const removal = commit(repo, { [pathOfRequest(IDS.dave)]: null });

  const alice = decide(repo, landings.alice, evidenceOf(1, at(0)));
  const byDave = { requester: DAVE, subject: DAVE, contributors: [DAVE], pushers: [DAVE] };
  const dave = decide(repo, landings.dave, evidenceOf(2, at(5), byDave));
  const glass = decide(repo, more.glass, evidenceOf(3, at(10), { reviews: [] }));
  const refused = decide(repo, more.refused, evidenceOf(4, at(15)));
  const window = alice.window;
  if (window === undefined) throw new Error('alice was refused');
  const live = [
    {
      id: IDS.alice,
      subject: ALICE.login,
      entitlements: ['orders-db-readonly'],
      from: window.startsAt,
      until: window.expiresAt,
      chainFrom: window.startsAt,
    },
  ];
  const longer = decide(repo, more.longer, evidenceOf(5, at(20), { live }));
  const look = { preexisting: false };
  const violation: Violation = {
    version: 1,
    commit: direct,
    at: at(6),
    problems: [
      { code: 'unapproved_landing', path: 'access-requests/2026/11/direct.yaml', message: 'It was pushed.' },
    ],
  };
  const withLook = (entry: Entry): Entry => ({
    ...entry,
    holdings: entry.holdings.map((held) => ({ ...held, ...(held.state === 'intended' ? look : {}) })),
  });
  const a0 = withLook(alice);
  const a1 = step(a0, 'granted', at(1), {}, { receipt: { row: 1 } });
  const a2 = step(a1, 'ended', at(60), { reason: 'expired' });
  const d0 = withLook(dave);
  const d1 = step(d0, 'granted', at(6));
  const d2 = applyEvent(d1, { event: 'end_requested', at: at(25), reason: 'reverted' });
  const d3 = step(d2, 'ended', at(26), { reason: 'reverted' });
  const g0 = withLook(glass);
  const g1 = step(g0, 'granted', at(11));
  const g2 = applyEvent(g1, { event: 'reviewed', at: at(40), by: CAROL, code: 'approved' });
  const g3 = step(step(g2, 'ending', at(70), { reason: 'expired', code: 'target_away' }), 'ended', at(90), {
    reason: 'expired',
  });
  const l1 = step(longer, 'intended', at(60), {}, look);
  const l2 = step(l1, 'granted', at(61));
  const first = page('start: cursor', [], { cursor: anchor });
  first.writes.set(README_PATH, Buffer.from('# Access ledger\n'));
  const pages = [
    first,
    page(`intend: ${IDS.alice}`, [a0], { cursor: landings.alice.commit }),
    page(`grant: ${IDS.alice}`, [a1]),
    page('intend: 1 grants, 1 violations', [d0], { cursor: direct, violation }),
    page(`grant: ${IDS.dave}`, [d1]),
    page('intend: 2 grants', [g0, refused], { cursor: more.refused.commit }),
    page(`grant: ${IDS.glass}`, [g1]),
    page(`intend: ${IDS.longer}`, [longer], { cursor: more.longer.commit }),
    page(`end: ${IDS.dave}`, [d2], { cursor: removal }),
    page(`end: ${IDS.dave}`, [d3]),
    page(`review: ${IDS.glass}`, [g2]),
    page('end: 2 grants', [a2, l1]),
    page(`grant: ${IDS.longer}`, [l2]),
    page(`end: ${IDS.glass}`, [g3]),
  ];
  return {
    repo,
    pages,
    landings: { ...landings, ...more },
    entries: { alice: a0, dave: d0, glass: g0, refused, longer },
  };
}
