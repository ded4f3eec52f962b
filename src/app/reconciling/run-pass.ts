import type { Oid } from '../../core/approval.js';
import type { Entry, Violation } from '../../core/grant.js';
import { type Claim, claimsOf } from '../../core/reconcile/claim.js';
import type { Drift } from '../../core/reconcile/drift.js';
import { type PlanContext, planOf, type Step } from '../../core/reconcile/plan.js';
import type { DriftReport } from '../../core/reconcile/report.js';
import { type Instant, secondsBetween } from '../../core/time.js';
import { Blocked, isFault } from '../../ports/fault.js';
import { type LedgerSnapshot, readableEntries } from '../../ports/ledger.js';
import { nativeExpiryOf } from '../../ports/provider.js';
import { askOwners } from '../access-reviews/ask-owners.js';
import { closeReviews } from '../access-reviews/close-reviews.js';
import { decideLandings, endRemovedAlone } from '../landing/decide-landings.js';
import { recheckStarts } from '../landing/recheck-starts.js';
import type { Ports } from '../ports.js';
import { type DriftMemory, type Observed, observeTargets } from '../targets/observe-targets.js';
import { keepDriftIssues } from '../targets/publish-drift.js';
import { alertPeople } from '../telling/alert-people.js';
import { announceViolations } from '../telling/announce-violations.js';
import { restateComments } from '../telling/restate-comments.js';
import { tellPeople, warnOfEnds } from '../telling/tell-people.js';
import { endDue } from './end-due.js';
import { endIneligible } from './end-ineligible.js';
import type { Journal, Recorded } from './journal.js';
import { keepEndsAsked } from './keep-ends-asked.js';
import { nextWake } from './next-wake.js';
import { type Book, openBook } from './open-book.js';
import { settleEnds } from './settle-ends.js';
import { lookBefore, startGrants } from './start-grants.js';
import { takeBack } from './take-back.js';

/** What one pass did, for logs, metrics and the command line. */
export interface PassReport {
  readonly recorded: readonly Recorded[];
  readonly violations: readonly Violation[];
  /** How many commits were pushed to the ledger. */
  readonly pushes: number;
  /** What lives when the pass is over. */
  readonly live: readonly Entry[];
  readonly drift: readonly Drift[];
  /** What targets were seen to hold, where this pass looked. */
  readonly look?: DriftReport | undefined;
  /** Stages that stopped, and the code of the fault. Empty: everything was done. */
  readonly faults: readonly { readonly stage: string; readonly code: string }[];
  /** Entries that cannot be read; they are quarantined. */
  readonly quarantined: readonly string[];
  /** Whether landings are left to decide, so that another pass should follow at once. */
  readonly more: boolean;
  /** The next start or end of a grant; `undefined` when none is ahead. */
  readonly wakeAt: Instant | undefined;
}

export interface PassOptions {
  /** Whether to look at the targets for drift, which costs a call or more a target. */
  readonly observe: boolean;
  /** Grants whose holders were told that the end is near. It only spares calls: a notice is never given twice. */
  readonly told: Set<string>;
  /** What passes before saw of drift; absent: this one is the first. */
  readonly memory?: DriftMemory;
}

/**
 * One reconcile pass (DESIGN section 6). Ends come first and need nothing but the targets and the last ledger that was verified;
 * new access comes after, and only while everything it needs is there. Running it twice, or again after a crash anywhere, changes
 * nothing more. It makes at most two commits, however much there is to record.
 */
export async function runPass(deps: Ports, options: PassOptions): Promise<PassReport> {
  const faults: { stage: string; code: string }[] = [];
  const attempt = (stage: string, work: () => Promise<void>) => attemptStage(deps, { stage, faults }, work);

  let snapshot: LedgerSnapshot | undefined;
  await attempt('ledger', async () => {
    snapshot = await deps.ledger.read();
  });
  const readable = snapshot !== undefined;
  snapshot ??= (await deps.ledger.known())?.snapshot ?? { head: null, cursor: null, active: [] };
  const book = openBook(deps, snapshot);
  const { journal } = book;
  const claims = () => claimsOf(journal.live(), deps.clock.now());
  const end = (starts: PlanContext['starts']) => attempt('ends', () => endAndSettle(deps, book, starts));

  await end('open');
  let [more, intended] = [false, false];
  let observed: Observed | undefined;
  let steps: readonly Step[] = [];
  if (readable) {
    const decided = await attempt('landings', async () => {
      await deps.repository.fetch();
      more = await decideLandings(deps, journal);
    });
    if (decided) await afterDeciding(deps, journal, { options, attempt, more });
    await attempt('look', () => lookBefore(deps, journal, claims()));
    intended = await attempt('record', () => book.record('decide'));
    if (options.observe && intended) {
      await attempt('observe', async () => {
        observed = await observeTargets(deps, claims(), options.memory);
      });
    }
    if (intended && !isRewritten(faults) && (await attempt('clock', async () => refuseSkew(deps)))) {
      const missing = new Set([...(observed?.missing ?? []), ...book.gone]);
      steps = stepsOf(deps, claims(), { now: deps.clock.now(), missing, starts: 'settled' });
      await attempt('grants', async () => void (await startGrants(deps, journal, steps)));
    }
  }
  if (!readable) await attempt('landings', () => endRemovedAlone(deps, journal));
  if (!intended) await attempt('ends', () => keepEndsAsked(deps, journal));
  await end('settled');
  if (!(await attempt('record', () => book.record('grant'))))
    await attempt('take_back', () => takeBack(deps, journal, steps));
  const { recorded, violations, pushes } = book.soFar;
  await attempt('notices', () => announceViolations(deps, violations));
  await attempt('notices', () => keepDriftIssues(deps, observed?.report));
  await attempt('access_reviews', () => askOwners(deps, observed?.report));
  const quarantined = quarantine(deps, snapshot);
  const live = journal.live();
  const [drift, look] = [observed?.drift ?? [], observed?.report];
  await attempt('notices', () => tellAll(deps, { recorded, live, quarantined, drift }, options.told));
  const wakeAt = nextWake(live, deps.clock.now());
  return { recorded, violations, pushes, live, drift, look, faults, quarantined, more, wakeAt };
}

type Attempt = (stage: string, work: () => Promise<void>) => Promise<boolean>;

/** What ends before its time although nobody asked for that one grant: by policy, or because its owners do not keep it. Then what begins. */
async function afterDeciding(
  deps: Ports,
  journal: Journal,
  {
    options,
    attempt,
    more,
  }: { readonly options: PassOptions; readonly attempt: Attempt; readonly more: boolean },
): Promise<void> {
  await attempt('eligibility', () => endIneligible(deps, journal, options));
  // What is left to decide may hold an answer that came in time.
  if (!more) await attempt('access_reviews', () => closeReviews(deps, journal, options));
  // What is not decided yet may be the removal of a request whose start has come.
  await attempt('starts', () => recheckStarts(deps, journal, claimsOf(journal.live(), deps.clock.now())));
}

/** Comments are restated and notices given at the same time, so that the host can write both in one call. */
async function tellAll(
  deps: Ports,
  { recorded, ...standing }: Pick<PassReport, 'recorded' | 'live' | 'quarantined' | 'drift'>,
  told: Set<string>,
): Promise<void> {
  const restate = await restateComments(deps, recorded);
  const restated = restate();
  tellPeople(deps, recorded);
  warnOfEnds(deps, standing.live, told);
  alertPeople(deps, standing);
  await restated;
}

/** Nobody knows what a branch that was rewritten stands for, so nothing is given until it is put back (T060, T113). */
function isRewritten(faults: PassReport['faults']): boolean {
  return faults.some(({ code }) => code === 'history_rewritten');
}

async function endAndSettle(deps: Ports, book: Book, starts: PlanContext['starts']): Promise<void> {
  await endDue(deps, { starts });
  await book.takeIn();
  await settleEnds(deps, book.journal, starts);
}

/** Entries that cannot be read: they count as ended, and somebody has to look at them (T105). */
function quarantine(deps: Pick<Ports, 'log'>, snapshot: LedgerSnapshot): readonly string[] {
  const ids = snapshot.active.flatMap((one) => ('problem' in one ? [one.id] : []));
  for (const id of ids) deps.log.error('entry quarantined', { id });
  return ids;
}

/** What a pass would do now, and nothing done. */
export interface PassPlan {
  readonly now: Instant;
  /** Commits of the default branch that are still to be decided on. What they lead to is not known before that. */
  readonly landings: readonly Oid[];
  readonly steps: readonly Step[];
}

export async function planPass(
  deps: Pick<Ports, 'ledger' | 'repository' | 'providers' | 'clock'>,
): Promise<PassPlan> {
  const snapshot = await deps.ledger.read();
  await deps.repository.fetch();
  const head = await deps.repository.head();
  const landings = snapshot.cursor === null ? [] : await deps.repository.landings(snapshot.cursor, head);
  const entries = readableEntries(snapshot);
  const now = deps.clock.now();
  const steps = stepsOf(deps, claimsOf(entries, now), { now, starts: 'open' });
  return { now, landings: landings.map(({ commit }) => commit), steps };
}

const MOST_SKEW_SECONDS = 60;

/** With a clock that is wrong, an end would be: nothing new is granted, and ends go on (T089). */
function refuseSkew(deps: Pick<Ports, 'host' | 'clock'>): void {
  const host = deps.host.hostClock();
  const skew = host === undefined ? 0 : Math.abs(secondsBetween(deps.clock.now(), host));
  if (skew <= MOST_SKEW_SECONDS) return;
  throw new Blocked(
    'clock_skew',
    `the clock is ${skew} seconds away from GitHub's`,
    'Set the clock of the server right; nothing new is granted before that.',
  );
}

/** What is to be done. A target that ends nothing by itself need not be told that a grant is prolonged. */
function stepsOf(
  deps: Pick<Ports, 'providers'>,
  claims: readonly Claim[],
  context: PlanContext,
): readonly Step[] {
  return planOf(claims, context).steps.filter((step) => {
    if (step.step !== 'grant' || step.because !== 'prolonged') return true;
    const provider = deps.providers.get(step.holding.target);
    return provider !== undefined && nativeExpiryOf(provider, step.holding.grant) !== 'none';
  });
}

/** Runs one stage. A fault ends the stage and never the pass; what it leaves is found again by the next pass. */
async function attemptStage(
  deps: Pick<Ports, 'log'>,
  { stage, faults }: { readonly stage: string; readonly faults: { stage: string; code: string }[] },
  work: () => Promise<void>,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const code = isFault(error) ? error.code : 'unexpected';
    const message = error instanceof Error ? error.message : 'unknown';
    deps.log[isFault(error) ? 'warn' : 'error']('stage stopped', { stage, code, message });
    faults.push({ stage, code });
    return false;
  }
}
