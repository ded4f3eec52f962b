import { HOUR, type TargetId, TEAMS, THINGS, type Thing } from './documents.js';

/**
 * Who approved what, for how long, said as simply as the design says it (sections 3 to 6) and without any code of the product. Times are
 * seconds. What the model cannot know exactly, because it hangs on when Hallpass came to look, it calls `maybe`.
 */
export type Verdict = 'yes' | 'maybe' | 'no';

export interface Review {
  readonly id: number;
  readonly by: string;
  readonly head: string;
  readonly at: number;
  state: 'approved' | 'changes' | 'dismissed';
}

/** What was answered each time Hallpass may have asked: `ever` yes means it may have been given, `always` that it must have. */
interface Asked {
  ever: boolean;
  always: boolean;
}

/** One request and the pull request that proposes it. */
export interface Request {
  readonly id: string;
  readonly branch: string;
  readonly requester: string;
  readonly subject: string;
  readonly entitlements: readonly string[];
  seconds: number;
  readonly start: number | undefined;
  readonly extends: Request | undefined;
  readonly breakGlass: boolean;
  pull: number;
  readonly pushers: Set<string>;
  /** How many commits the branch has. */
  commits: number;
  head: string;
  /** When this head came, by opening, pushing or forcing. */
  headAt: number;
  /** When Hallpass first made a check run for this head, by GitHub's stamp. */
  seenAt: number | undefined;
  readonly reviews: Review[];
  mergedAt: number | undefined;
  closed: boolean;
  /** It reached the branch, but not by its pull request. */
  stray: boolean;
  /** Whether the policy could be read where it landed. */
  readable: boolean;
  readonly landing: Asked;
  readonly starting: Asked;
  /** What the ledger shows: nothing yet, waiting for the start, or decided for good. */
  known: 'nothing' | 'scheduled' | 'decided';
  /** Whether it was ever seen waiting; then the start was decided on as well. */
  waited: boolean;
  /** Somebody asked to end it, and from when on Hallpass must have heard. */
  endAsked: boolean;
  heardAt: number | undefined;
  /** Standing access, a fast clock or the like came between: it need not be held. */
  blurred: boolean;
}

export interface Model {
  readonly requests: Request[];
  readonly teams: Map<string, Set<string>>;
  policyReadable: boolean;
  /** Seconds our clock is ahead of GitHub's. */
  skew: number;
  /** `target subject name` of what people have without Hallpass. */
  readonly standing: Set<string>;
  readonly faults: Set<GitHubFault>;
  webhooks: 'sent' | 'dropped' | 'doubled' | 'held';
}

export type GitHubFault = 'push' | 'push unanswered' | 'fetch' | 'api 500' | 'api 403';

export function newModel(): Model {
  return {
    requests: [],
    teams: new Map(Object.entries(TEAMS).map(([team, people]) => [team, new Set(people)])),
    policyReadable: true,
    skew: 0,
    standing: new Set(),
    faults: new Set(),
    webhooks: 'sent',
  };
}

export const rowOf = (target: TargetId, subject: string, name: string): string =>
  `${target} ${subject} ${name}`;
const thing = (entitlement: string): Thing => {
  const found = THINGS[entitlement];
  if (found === undefined) throw new Error(`no such thing: ${entitlement}`);
  return found;
};
export const rowsOf = (request: Request): readonly string[] =>
  request.entitlements.map((id) => rowOf(thing(id).target, request.subject, thing(id).name));
/** Hallpass merges it by itself once it is approved. */
export const mergesItself = (request: Request): boolean =>
  request.breakGlass || request.entitlements.every((id) => thing(id).merges);

/** It has landed. Who has something already need not be given it, nor keeps what others take away. */
export function land(model: Model, request: Request, at: number): void {
  request.mergedAt = at;
  request.readable = model.policyReadable;
  if (rowsOf(request).some((row) => model.standing.has(row))) request.blurred = true;
}

/** GitHub cannot tell Hallpass, or Hallpass cannot note, that somebody wants an end. */
export const isDeaf = (model: Model): boolean =>
  model.faults.size > 0 || model.webhooks === 'dropped' || model.webhooks === 'held';

/** `max(merged, start) + duration`; an extension runs from the end of what it prolongs. */
export function windowOf(request: Request): { readonly from: number; readonly to: number } | undefined {
  if (request.mergedAt === undefined) return undefined;
  const asked = request.extends === undefined ? request.start : windowOf(request.extends)?.to;
  const from = Math.max(request.mergedAt, asked ?? 0);
  return { from, to: from + request.seconds };
}

/** What policy says of a request, with the teams of now. Approvals and dates go by the merge, once it has merged. */
export function verdictOn(model: Model, request: Request, now: number): Verdict {
  if (request.stray) return 'no';
  const at = request.mergedAt ?? now;
  const rules = request.entitlements.map((id) => (request.breakGlass ? thing(id).emergency : thing(id).rule));
  const members = (team: string): ReadonlySet<string> => model.teams.get(team) ?? new Set();
  for (const rule of rules) {
    if (rule === undefined || request.seconds > rule.longest) return 'no';
    const mayAsk = members(rule.requesters);
    if (!mayAsk.has(request.requester) || !mayAsk.has(request.subject)) return 'no';
    if (rule.from.some((team) => vetoes(request).some((by) => members(team).has(by)))) return 'no';
    if (!canFill(rule.from.map(members), approversOf(request, at))) return 'no';
  }
  return [owedBefore(model, request, at), extensionOf(model, request, { at, now })].reduce(worse, 'yes');
}

const ORDER: readonly Verdict[] = ['no', 'maybe', 'yes'];
const worse = (a: Verdict, b: Verdict): Verdict => (ORDER.indexOf(a) < ORDER.indexOf(b) ? a : b);

function lastWords(request: Request): readonly Review[] {
  return [...new Map(request.reviews.map((review) => [review.by, review])).values()];
}

const vetoes = (request: Request): readonly string[] =>
  lastWords(request)
    .filter(({ state }) => state === 'changes')
    .map(({ by }) => by);

/** Approvals of this head, given after Hallpass had seen it and no more than a day ago, by people without a part in the request. */
function approversOf(request: Request, at: number): readonly string[] {
  const { seenAt, headAt } = request;
  if (seenAt === undefined) return [];
  const from = Math.max(seenAt, headAt);
  const involved = new Set([request.requester, request.subject, ...request.pushers]);
  return lastWords(request)
    .filter(({ state, head, at: given }) => state === 'approved' && head === request.head && given > from)
    .filter(({ at: given, by }) => given <= at && at - given <= 24 * HOUR && !involved.has(by))
    .map(({ by }) => by);
}

/** Whether distinct people fill the groups. */
function canFill(groups: readonly ReadonlySet<string>[], people: readonly string[]): boolean {
  const [group, ...others] = groups;
  if (group === undefined) return true;
  return people.some(
    (one) =>
      group.has(one) &&
      canFill(
        others,
        people.filter((other) => other !== one),
      ),
  );
}

/** A break-glass whose review is overdue keeps its people from asking for more; whether it is, is left open. */
function owedBefore(model: Model, request: Request, at: number): Verdict {
  const people = [request.requester, request.subject];
  const owes = model.requests.some(
    (other) =>
      other.breakGlass &&
      people.includes(other.subject) &&
      other.mergedAt !== undefined &&
      at - other.mergedAt > 23 * HOUR,
  );
  return owes ? 'maybe' : 'yes';
}

/** What an extension prolongs has to live until it is decided, and all together last twice the longest at most. */
function extensionOf(model: Model, request: Request, { at, now }: { at: number; now: number }): Verdict {
  const base = request.extends;
  if (base === undefined) return 'yes';
  const window = windowOf(base);
  const first = chainStart(base);
  if (window === undefined || first === undefined) return 'no';
  // One that waits for its start lives as well, whether or not it will be given.
  const waits = base.waited && now < window.from;
  if (!waits && gives(model, base, window.to - 1) === 'no') return 'no';
  const longest = Math.min(...request.entitlements.map((id) => thing(id).rule.longest));
  if (at >= window.to || window.to + request.seconds - first > 2 * longest) return 'no';
  const lives = !waits && gives(model, base, Math.min(now, window.to - 1)) === 'yes';
  return lives && model.faults.size === 0 ? 'yes' : 'maybe';
}

const chainStart = (request: Request): number | undefined =>
  request.extends === undefined ? windowOf(request)?.from : chainStart(request.extends);

/** Notes what Hallpass would be told if it asked now. To be called whenever an answer may have changed. */
export function note(model: Model, now: number): void {
  for (const request of model.requests) {
    const window = windowOf(request);
    if (window !== undefined) noteOf(model, request, { now, window });
  }
}

function noteOf(
  model: Model,
  request: Request,
  { now, window }: { now: number; window: { readonly from: number; readonly to: number } },
): void {
  const verdict = verdictOn(model, request, now);
  const ahead = Math.max(0, model.skew);
  if (request.known === 'nothing') take(request.landing, request.readable ? verdict : 'no');
  else if (request.known === 'scheduled' && now + ahead >= window.from)
    take(request.starting, model.policyReadable ? verdict : 'no');
  if (ahead > 0 && now + ahead >= window.to) request.blurred = true;
}

function take(asked: Asked, verdict: Verdict): void {
  asked.ever ||= verdict !== 'no';
  asked.always &&= verdict === 'yes';
}

/** Whether the request gives its subject what it asks for at `now`. */
export function gives(model: Model, request: Request, now: number): Verdict {
  const window = windowOf(request);
  if (window === undefined || request.stray || !request.landing.ever) return 'no';
  if (now + Math.max(0, model.skew) < window.from || now >= window.to) return 'no';
  if (request.waited && !request.starting.ever) return 'no';
  if (request.heardAt !== undefined) return 'no';
  const certain = request.landing.always && (!request.waited || request.starting.always);
  return certain && !request.blurred && !request.endAsked ? 'yes' : 'maybe';
}
