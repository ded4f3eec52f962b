import { type Instant, secondsBetween } from '../core/time.js';
import { isFault } from '../ports/fault.js';
import type { Queue } from '../ports/queue.js';
import type { Inbox, Job } from '../ports/queue-inbox.js';
import type { RepositoryKey } from '../ports/queue-key.js';
import { type RememberedDirectory, rememberPeople } from './control/remember-people.js';
import { recordReview } from './landing/record-review.js';
import type { Ports } from './ports.js';
import { endDue } from './reconciling/end-due.js';
import { endingGrants, knownGrants } from './reconciling/known-grants.js';
import { nextWake } from './reconciling/next-wake.js';
import type { Pace } from './reconciling/pace.js';
import { type PassReport, runPass } from './reconciling/run-pass.js';
import { obeyComment } from './reviewing/obey-comment.js';
import { reviewPullRequest } from './reviewing/review-pull-request.js';
import { type ReviewWatch, type SweepMemory, sweep } from './reviewing/sweep.js';
import { newDriftMemory } from './targets/observe-targets.js';
import { alertOfOverdue } from './telling/alert-people.js';

/** What a webhook may suggest. Each leads to reading everything anew; none is believed (T072). Kept once it resolves; throws when it cannot be. */
export interface Intake {
  pullRequest(number: number, delivery?: string): Promise<void>;
  comment(id: number, delivery?: string): Promise<void>;
  /** The default branch or the ledger may have moved. */
  pass(delivery?: string): Promise<void>;
  /** Anything may have changed, also for pull requests that look as they did. */
  everything(delivery?: string): Promise<void>;
  /** Somebody joined or left a team or the organization. */
  people(delivery?: string): Promise<void>;
}

/** What a timer or an operator may suggest in this process. */
export interface Hints {
  /** An end may have come. Waits for nothing that a pass or a pull request waits for, and for no key. */
  ends(): void;
  /** The default branch or the ledger may have moved, or something waits to be recorded. */
  pass(): void;
  /**
   * Anything may have changed: look at open pull requests, at recent comments and at the targets.
   * @param what also at pull requests that look as they did
   */
  sweep(what?: 'everything'): void;
}

export interface HintDeps extends Ports {
  readonly queue: Queue;
  readonly inbox: Inbox;
  /** Without it only ends are looked after. */
  readonly key: RepositoryKey;
  /** Keeps passes from pushing too often; absent where nobody counts. */
  readonly pace?: Pace;
  /** What was due has been ended, or tried; when something is due next. */
  readonly onEnds?: (wakeAt: Instant | undefined) => void;
  readonly onPassBegins?: () => void;
  /** Hears of every look at a pull request. */
  readonly onReview?: ReviewWatch;
  readonly onPass?: (report: PassReport) => void;
}

const SOON_SECONDS = 5;
/** More than the clocks of two replicas may differ, so that none ends early what another one has just given. */
const LEFT_SECONDS = 120;
/** A pass that stopped somewhere is tried again soon; the heartbeat would, but what is overdue should not wait for it. */
const LONGEST_WAIT_SECONDS = 60;

/** Turns hints into queued work: one pass at a time, one look at a pull request at a time. */
export function createHints(deps: HintDeps): Hints {
  let sweptAt: Instant | undefined;
  const told = new Set<string>();
  const memory = newDriftMemory();
  const directory = rememberPeople(deps.directory, deps.clock);
  // Shown to people; what grants asks anew who is in a team.
  const showing = { ...deps, directory };
  const seen: SweepMemory = new Map();
  const since = deps.clock.now();
  let mayHaveDrifted = true;
  let failures = 0;
  let isDelayed = false;
  let forgetRetry = (): void => {};

  const isOurs = (): boolean => deps.key.state() === 'held';

  const endNow = async (): Promise<void> => {
    const next = await endDue(deps, { starts: 'open', waitingSince: since });
    // Here as well as in a pass, which may hang at the review host.
    alertOfOverdue(deps, (await endingGrants(deps)).entries);
    // The pass would say so too, but it may be long in coming.
    deps.onEnds?.(nextWake((await knownGrants(deps)).entries, deps.clock.now()));
    if ((await deps.spool.pending()).length > 0) hints.pass();
    forgetRetry();
    if (next === undefined) return;
    forgetRetry = deps.timer.after(Math.max(secondsBetween(deps.clock.now(), next), 1), hints.ends);
  };

  /**
   * What the replica that holds the key leaves: it may be cut off from the target, or half dead. The ledger has to be read for it, since the
   * other one may only not have recorded here yet.
   */
  const endLeft = async (): Promise<void> => {
    await deps.ledger.read();
    if (deps.key.state() !== 'elsewhere') return;
    await endDue(deps, { starts: 'open', waitingSince: since, lateSeconds: LEFT_SECONDS });
  };

  const passLater = (): void => {
    isDelayed = false;
    hints.pass();
  };

  const onePass = async (): Promise<void> => {
    if (!isOurs()) return;
    const observe = mayHaveDrifted;
    mayHaveDrifted = false;
    deps.onPassBegins?.();
    const report = await runPass(deps, { observe, told, memory });
    deps.pace?.note(report.pushes, deps.clock.now());
    deps.onPass?.(report);
    failures = report.faults.length === 0 ? 0 : failures + 1;
    if (report.more) hints.pass();
    else if (failures > 0)
      deps.timer.after(Math.min(SOON_SECONDS * 2 ** (failures - 1), LONGEST_WAIT_SECONDS), hints.pass);
    // What was recorded has to be indexed anew. The end that comes next should not wait for that.
    await endingGrants(deps);
  };

  const hints: Hints = {
    ends() {
      // Without the database nobody knows who should: everybody does, which is harmless, and nobody waits for it.
      if (deps.key.state() !== 'elsewhere') void deps.queue.add('ends', endNow, true);
    },
    pass() {
      if (!isOurs()) return;
      const wait = deps.pace?.wait(deps.clock.now()) ?? 0;
      if (wait > 0) {
        if (!isDelayed) deps.timer.after(wait, passLater);
        isDelayed = true;
        return;
      }
      void deps.queue.add('pass', onePass, true);
    },
    sweep(what) {
      if (deps.key.state() === 'elsewhere') void deps.queue.add('ends that were left', endLeft, true);
      if (!isOurs()) return;
      if (what === 'everything') seen.clear();
      void deps.queue.add('sweep', async () => {
        try {
          const watch = deps.onReview;
          const memory = { since: sweptAt, seen, showing, ...(watch && { watch }) };
          if (isOurs()) sweptAt = (await sweep(deps, memory)).since;
        } finally {
          // Ends do not wait for GitHub.
          mayHaveDrifted = true;
          hints.pass();
        }
      });
    },
  };
  deps.inbox.take((job) => JOBS[job.what]({ deps, showing, directory, hints }, job.about ?? 0));
  return hints;
}

/** What comes from outside waits in the inbox. */
export function intakeOf(inbox: Pick<Inbox, 'put'>): Intake {
  return {
    pullRequest: (about, delivery) => inbox.put({ what: 'pull-request', about }, delivery),
    comment: (about, delivery) => inbox.put({ what: 'comment', about }, delivery),
    pass: (delivery) => inbox.put({ what: 'pass' }, delivery),
    everything: (delivery) => inbox.put({ what: 'everything' }, delivery),
    people: (delivery) => inbox.put({ what: 'people' }, delivery),
  };
}

interface Doing {
  readonly deps: HintDeps;
  /** The same, with people as they are remembered: for what is shown, never for what grants. */
  readonly showing: HintDeps;
  readonly directory: RememberedDirectory;
  readonly hints: Hints;
}

/** What each job leads to. One is over when nothing of it would be missed: passes and sweeps come anyway where a key is new. */
const JOBS: Readonly<Record<Job['what'], (doing: Doing, about: number) => Promise<void>>> = {
  async 'pull-request'({ deps, showing, hints }, number) {
    const reviewed = await reviewPullRequest(showing, number);
    deps.onReview?.reviewed(number, reviewed);
    if (reviewed.kind === 'landed') await afterLanding(deps, number);
    if (reviewed.kind === 'landed' || (reviewed.kind === 'published' && reviewed.merged)) hints.pass();
  },
  async comment({ deps, directory, hints }, id) {
    const obeyed = await obeyComment(deps, id);
    if (obeyed === 'revoking') hints.pass();
    if (obeyed !== 'recheck') return;
    // Whoever asks for it has seen something change.
    directory.forget();
    const comment = await deps.host.comment(id);
    if (comment !== undefined) await deps.inbox.put({ what: 'pull-request', about: comment.pullRequest });
  },
  async pass({ hints }) {
    hints.pass();
  },
  async sweep({ hints }) {
    hints.sweep();
  },
  async everything({ hints }) {
    hints.sweep('everything');
  },
  async people({ directory, hints }) {
    directory.forget();
    hints.sweep('everything');
  },
};

/** Reviews of a merged pull request matter only to break-glass grants that still owe theirs. */
async function afterLanding(deps: Ports, number: number): Promise<void> {
  try {
    await recordReview(deps, number);
  } catch (error) {
    deps.log.warn('review not recorded', { number, code: isFault(error) ? error.code : 'unexpected' });
  }
}
