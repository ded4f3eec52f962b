import type { Oid, Review } from '../../../src/core/approval.js';
import type { Account } from '../../../src/core/identity.js';
import { windowOf } from '../../../src/core/lifecycle/landing.js';
import type { Decision } from '../../../src/core/policy/decision.js';
import { evaluate } from '../../../src/core/policy/evaluate.js';
import type { Control, Evidence, LiveGrant } from '../../../src/core/policy/evidence.js';
import type { AccessRequest, RequestId } from '../../../src/core/request.js';
import { addSeconds, type Instant } from '../../../src/core/time.js';
import { parseRequest } from '../../../src/documents/request.js';
import { ASKERS, BOB, CAROL, certain, controlOf, policyText } from './documents.js';

export interface YearOptions {
  readonly grants: number;
  /** How often the policy is changed. */
  readonly policies: number;
}

/** One request that reached the default branch, and what was decided of it. */
export interface PlannedRequest {
  readonly request: AccessRequest;
  readonly content: string;
  readonly at: Instant;
  readonly number: number;
  readonly policy: string;
  readonly control: Control;
  readonly evidence: Evidence;
  readonly decision: Decision;
  /** The end of the grant it prolongs. */
  readonly prolongs?: Instant;
  /** When its file is taken away again. */
  readonly removedAt?: Instant;
}

export type Planned = { readonly policy: string; readonly at: Instant } | PlannedRequest;

const BEGIN = '2025-12-01T00:00:00Z' as Instant;
const YEAR_SECONDS = 360 * 86_400;

/** The same year each time: a small generator of chance (mulberry32), so that a failure can be looked at again. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What lands in a year, in order: requests of every kind, and changes of the policy between them. */
export function* planYear({ grants, policies }: YearOptions): Generator<Planned> {
  const next = chance(9);
  let policy = policyText(0);
  let control = controlOf(policy);
  let last: PlannedRequest | undefined;
  yield { policy, at: BEGIN };
  for (let number = 1; number <= grants; number += 1) {
    const usual = addSeconds(BEGIN, Math.floor((YEAR_SECONDS * number) / grants) + 3_600);
    const version = Math.floor((number * (policies + 1)) / (grants + 1));
    if (policyText(version) !== policy) {
      policy = policyText(version);
      control = controlOf(policy);
      // What is extended was granted under the policy before, if at all.
      last = undefined;
      yield { policy, at: usual };
    }
    const prolonged = last !== undefined && next() < 0.15 ? liveOf(last) : undefined;
    const draw = { number, next, at: prolonged === undefined ? usual : addSeconds(prolonged.from, 1_200) };
    const planned = decided({ ...draw, ...wishOf(draw, prolonged) }, { policy, control });
    yield planned;
    last = planned.request.extends === undefined && isProlongable(planned) ? planned : undefined;
  }
}

function isProlongable({ decision, request, removedAt }: PlannedRequest): boolean {
  return decision.outcome === 'approved' && removedAt === undefined && !request.breakGlass;
}

function liveOf(planned: PlannedRequest): LiveGrant {
  const { id, subject, entitlements } = planned.request;
  const { startsAt, expiresAt } = windowIn(planned);
  return { id, subject, entitlements, from: startsAt, until: expiresAt, chainFrom: startsAt };
}

export function windowIn({ request, at, prolongs }: PlannedRequest) {
  return windowOf({ request, mergedAt: at, ...(prolongs === undefined ? {} : { prolongs }) });
}

interface Draw {
  readonly number: number;
  readonly at: Instant;
  readonly next: () => number;
}

interface Wish {
  readonly asker: Account;
  readonly entitlement: string;
  readonly hours: number;
  readonly isGlass: boolean;
  readonly prolonged?: LiveGrant;
}

/** What somebody asks for: the same for longer, something in an emergency, something harmless, or something of production. */
function wishOf({ next }: Draw, prolonged: LiveGrant | undefined): Wish {
  const hours = 1 + Math.floor(next() * 4);
  if (prolonged !== undefined) {
    const asker = ASKERS.find(({ login }) => login === prolonged.subject);
    return {
      asker: asker as Account,
      entitlement: `${prolonged.entitlements[0]}`,
      hours: 1,
      isGlass: false,
      prolonged,
    };
  }
  const asker = ASKERS[Math.floor(next() * ASKERS.length)] as Account;
  const luck = next();
  if (luck < 0.05) return { asker, entitlement: 'orders-db-readonly', hours: 1, isGlass: true };
  if (luck < 0.2) return { asker, entitlement: 'warehouse-staging', hours, isGlass: false };
  return {
    asker,
    entitlement: luck < 0.75 ? 'orders-db-readonly' : 'orders-db-write',
    hours,
    isGlass: false,
  };
}

function decided(
  asked: Draw & Wish,
  { policy, control }: { readonly policy: string; readonly control: Control },
): PlannedRequest {
  const { number, at, next, prolonged } = asked;
  const content = contentOf(asked);
  const id = `${at.slice(0, 4)}/${at.slice(5, 7)}/r${number}` as RequestId;
  const request = certain(parseRequest(Buffer.from(content), id));
  const evidence = evidenceOf(asked);
  const decision = evaluate(control, request, evidence);
  const granted = decision.outcome === 'approved';
  const isEarly = granted && prolonged === undefined && !asked.isGlass && next() < 0.1;
  return {
    request,
    content,
    at,
    number,
    policy,
    control,
    evidence,
    decision,
    ...(granted && prolonged !== undefined ? { prolongs: prolonged.until } : {}),
    ...(isEarly ? { removedAt: addSeconds(at, 900) } : {}),
  };
}

function contentOf({ asker, entitlement, hours, number, next, prolonged, isGlass }: Draw & Wish): string {
  return [
    'version: 1',
    `subject: ${asker.login}`,
    `entitlements: [${entitlement}]`,
    `duration: ${hours}h`,
    `justification: "INC-${number}: it is slow, and plans say why"`,
    ...(next() < 0.9 ? [`ticket: INC-${number}`] : []),
    ...(prolonged === undefined ? [] : [`extends: ${prolonged.id}`]),
    ...(isGlass ? ['break_glass: true'] : []),
    '',
  ].join('\n');
}

const HEAD = 'a'.repeat(40) as Oid;

/** Mostly both have approved; sometimes one has not, or bob asked for changes, or it was too long ago. */
function evidenceOf({ number, at, next, asker, isGlass, prolonged }: Draw & Wish): Evidence {
  const ago = next() < 0.04 ? 40_000 : 60;
  const review = (id: number, author: Account, state: Review['state'] = 'approved'): Review => ({
    id,
    author,
    authorType: 'User',
    state,
    commit: HEAD,
    submittedAt: addSeconds(at, -ago),
    commented: false,
  });
  const bob = review(number * 10 + 1, BOB, next() < 0.02 ? 'changes_requested' : 'approved');
  const carol = review(number * 10 + 2, CAROL);
  return {
    now: at,
    pullRequest: { number, openedAt: addSeconds(at, -50_000) },
    requester: asker,
    requesterType: 'User',
    subject: asker,
    head: HEAD,
    epoch: addSeconds(at, -49_000),
    reviews: isGlass ? [] : next() < 0.04 ? [bob] : [bob, carol],
    contributors: [asker],
    pushers: [asker],
    teams: [],
    live: prolonged === undefined ? [] : [prolonged],
    openRequests: null,
    held: null,
    owedReviews: [],
  };
}
