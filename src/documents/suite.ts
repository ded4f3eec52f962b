import type { ReviewState } from '../core/approval.js';
import { foldLogin, type Login, parseLogin } from '../core/identity.js';
import type { Outcome } from '../core/policy/decision.js';
import type { LiveGrant } from '../core/policy/evidence.js';
import { type AccessRequest, parseRequestId, type RequestId } from '../core/request.js';
import { type Duration, type Instant, parseInstant } from '../core/time.js';
import { certain } from './certain.js';
import type { Parsed, Position } from './issue.js';
import { CONTROL_PROFILE } from './profile.js';
import { type RequestDocument, requestOf } from './request.js';
import { CASE_FACTS, POLICY_SUITE } from './schemas/policy-suite.js';
import { checkShape, checkVersion } from './shape.js';
import { durationOf } from './words.js';
import { type Draft, readYaml } from './yaml-profile.js';

/** Cases a policy is tested with. Paths are relative to the suite. */
export interface Suite {
  readonly policy: string;
  readonly catalog: string;
  readonly people?: string;
  /** Members by slug; a team that is not here is empty. */
  readonly teams: ReadonlyMap<string, readonly Login[]>;
  readonly cases: readonly SuiteCase[];
}

/** One request in one situation, and what is to come out. */
export interface SuiteCase extends CaseFacts {
  readonly name: string;
  readonly at: Position;
  readonly expect: Expectation;
}

/** One request in one situation. */
export interface CaseFacts {
  readonly request: AccessRequest;
  readonly requester: Login;
  readonly committers: readonly Login[];
  readonly pushers: readonly Login[];
  readonly now: Instant;
  /** Absent: before every review. */
  readonly epoch?: Instant;
  /** Absent: at the epoch. */
  readonly opened?: Instant;
  /** Numeric ids by folded login, where a case wants certain ones. */
  readonly ids: ReadonlyMap<string, number>;
  readonly live: readonly LiveGrant[];
  readonly openRequests: number;
  /** How long the subject held an entitlement in the seven days before; one that is not here not at all. */
  readonly held: ReadonlyMap<string, Duration>;
  readonly reviews: readonly SuiteReview[];
}

export interface SuiteReview {
  readonly by: Login;
  readonly state: ReviewState;
  /** Absent: a minute before `now`. */
  readonly at?: Instant;
  readonly stale: boolean;
  readonly bot: boolean;
  readonly comment: boolean;
}

/** What is to come out; rule names are sets. */
export interface Expectation {
  readonly outcome: Expected<Outcome>;
  readonly rules?: Expected<readonly string[]>;
  readonly unsatisfied?: Expected<readonly string[]>;
}

export interface Expected<T> {
  readonly value: T;
  readonly at: Position;
}

/** The document as its schema says it is. */
interface SuiteDocument {
  readonly policy: string;
  readonly catalog: string;
  readonly people?: string;
  readonly teams?: Readonly<Record<string, readonly string[]>>;
  readonly cases: readonly CaseDocument[];
}

interface CaseDocument extends FactsDocument {
  readonly name: string;
  readonly request: RequestDocument;
  readonly now: string;
  readonly expect: {
    readonly outcome: Outcome;
    readonly rules?: readonly string[];
    readonly unsatisfied?: readonly string[];
  };
}

interface FactsDocument {
  readonly requester?: string;
  readonly committers?: readonly string[];
  readonly pushers?: readonly string[];
  readonly epoch?: string;
  readonly opened?: string;
  readonly ids?: Readonly<Record<string, number>>;
  readonly live?: readonly LiveDocument[];
  readonly open_requests?: number;
  readonly held?: Readonly<Record<string, string>>;
  readonly reviews?: readonly ReviewDocument[];
}

interface LiveDocument {
  readonly id: string;
  readonly subject: string;
  readonly entitlements: readonly string[];
  readonly from: string;
  readonly until: string;
}

interface ReviewDocument {
  readonly by: string;
  readonly state: ReviewState;
  readonly at?: string;
  readonly commit?: 'stale';
  readonly bot?: true;
  readonly comment?: true;
}

export function parseSuite(bytes: Uint8Array, file: string): Parsed<Suite> {
  const draft = readYaml(bytes, file, CONTROL_PROFILE);
  if (checkVersion(draft)) checkShape(draft, POLICY_SUITE);
  return draft.conclude(() => suiteOf(draft.value as SuiteDocument, draft));
}

/** The facts of one case by themselves, with the teams of its suite; `now` where the document says none. */
export function parseCaseFacts(
  bytes: Uint8Array,
  file: string,
  { request, now }: Pick<CaseFacts, 'request' | 'now'>,
): Parsed<{ readonly teams: Suite['teams']; readonly facts: CaseFacts }> {
  const draft = readYaml(bytes, file, CONTROL_PROFILE);
  if (checkVersion(draft)) checkShape(draft, CASE_FACTS);
  return draft.conclude(() => {
    const document = draft.value as FactsDocument & { readonly now?: string } & Pick<SuiteDocument, 'teams'>;
    const at = document.now === undefined ? now : instantOf(document.now);
    return { teams: teamsOf(document.teams), facts: factsOf(document, { request, now: at }) };
  });
}

function suiteOf({ policy, catalog, people, teams, cases }: SuiteDocument, draft: Draft): Suite {
  return {
    policy,
    catalog,
    ...(people === undefined ? {} : { people }),
    teams: teamsOf(teams),
    cases: cases.map((one, index) => caseOf(one, index, draft)),
  };
}

function teamsOf(teams: SuiteDocument['teams'] = {}): Suite['teams'] {
  return new Map(Object.entries(teams).map(([team, logins]) => [team, logins.map(loginOf)]));
}

function caseOf(document: CaseDocument, index: number, draft: Draft): SuiteCase {
  const { name, now } = document;
  const request = requestOf(document.request, requestIdFor(now, index));
  return {
    name,
    at: draft.positionOf(['cases', index]),
    ...factsOf(document, { request, now: instantOf(now) }),
    expect: expectationOf(document.expect, index, draft),
  };
}

function factsOf(document: FactsDocument, about: Pick<CaseFacts, 'request' | 'now'>): CaseFacts {
  const { epoch, opened } = document;
  const requester = loginOf(document.requester ?? about.request.subject);
  return {
    ...about,
    requester,
    committers: document.committers?.map(loginOf) ?? [requester],
    pushers: document.pushers?.map(loginOf) ?? [requester],
    ...(epoch === undefined ? {} : { epoch: instantOf(epoch) }),
    ...(opened === undefined ? {} : { opened: instantOf(opened) }),
    ids: new Map(Object.entries(document.ids ?? {}).map(([login, id]) => [foldLogin(login), id])),
    live: (document.live ?? []).map(liveOf),
    openRequests: document.open_requests ?? 1,
    held: new Map(Object.entries(document.held ?? {}).map(([id, duration]) => [id, durationOf(duration)])),
    reviews: (document.reviews ?? []).map(reviewOf),
  };
}

/** A request id as the month would have it: cases are no files, and nothing depends on their ids. */
function requestIdFor(now: string, index: number): RequestId {
  return certain(parseRequestId(`${now.slice(0, 4)}/${now.slice(5, 7)}/case-${index + 1}`));
}

function liveOf({ id, subject, entitlements, from, until }: LiveDocument): LiveGrant {
  const start = instantOf(from);
  return {
    id: certain(parseRequestId(id)),
    subject: loginOf(subject),
    entitlements,
    from: start,
    until: instantOf(until),
    chainFrom: start,
  };
}

function reviewOf({ by, state, at, commit, bot, comment }: ReviewDocument): SuiteReview {
  return {
    by: loginOf(by),
    state,
    ...(at === undefined ? {} : { at: instantOf(at) }),
    stale: commit === 'stale',
    bot: bot === true,
    comment: comment === true,
  };
}

function expectationOf(document: CaseDocument['expect'], index: number, draft: Draft): Expectation {
  const { outcome, rules, unsatisfied } = document;
  const expected = <T>(key: keyof Expectation, value: T): Expected<T> => ({
    value,
    at: draft.positionOf(['cases', index, 'expect', key]),
  });
  return {
    outcome: expected('outcome', outcome),
    ...(rules === undefined ? {} : { rules: expected('rules', rules) }),
    ...(unsatisfied === undefined ? {} : { unsatisfied: expected('unsatisfied', unsatisfied) }),
  };
}

function loginOf(text: string): Login {
  return certain(parseLogin(text));
}

function instantOf(text: string): Instant {
  return certain(parseInstant(text));
}
