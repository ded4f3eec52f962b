import { type Instant, secondsBetween } from '../core/time.js';
import { isFault, Retry } from '../ports/fault.js';
import type { Queue } from '../ports/queue.js';
import { rememberPeople } from './control/remember-people.js';
import { recordReview } from './landing/record-review.js';
import type { Ports } from './ports.js';
import { endDue } from './reconciling/end-due.js';
import { knownGrants } from './reconciling/known-grants.js';
import type { Pace } from './reconciling/pace.js';
import { nextWake, type PassReport, runPass } from './reconciling/run-pass.js';
import { obeyComment } from './reviewing/obey-comment.js';
import { reviewPullRequest } from './reviewing/review-pull-request.js';
import { type ReviewWatch, type SweepMemory, sweep } from './reviewing/sweep.js';
import { newDriftMemory } from './targets/observe-targets.js';
import { alertOfOverdue } from './telling/alert-people.js';

/** What a webhook, a timer or an operator may suggest. Each leads to reading everything anew; none is believed (T072). */
export interface Hints {
  pullRequest(number: number): void;
  comment(id: number): void;
  /** An end may have come. Waits for nothing that a pass or a pull request waits for. */
  ends(): void;
  /** The default branch or the ledger may have moved, or something waits to be recorded. */
  pass(): void;
  /**
   * Anything may have changed: look at open pull requests, at recent comments and at the targets.
   * @param what also at pull requests that look as they did
   */
  sweep(what?: 'everything'): void;
  /** Somebody joined or left a team or the organization. */
  people(): void;
}

export interface HintDeps extends Ports {
  readonly queue: Queue;
  /** Keeps passes from pushing too often; absent where nobody counts. */
  readonly pace?: Pace;
  /** What was due has been ended, or tried; when something is due next. */
  readonly onEnds?: (wakeAt: Instant | undefined) => void;
  readonly onPassBegins?: () => void;
  /** Hears of every look at a pull request. */
  readonly onReview?: ReviewWatch;
  readonly onPass?: (report: PassReport) => void;
}

/** After a fault that may pass, look again; the sweep would as well, but later. */
const SOON_SECONDS = 5;
const MOST_TRIES = 5;
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

  const retrying = (key: string, work: () => Promise<void>, tries = 1): void =>
    deps.queue.add(key, async () => {
      try {
        await work();
      } catch (error) {
        if (!(error instanceof Retry) || tries >= MOST_TRIES) throw error;
        deps.log.warn('trying again', { key, code: error.code, tries });
        deps.timer.after(Math.max(SOON_SECONDS, error.after), () => retrying(key, work, tries + 1));
      }
    });

  const endNow = async (): Promise<void> => {
    const next = await endDue(deps, { starts: 'open', waitingSince: since });
    // Here as well as in a pass, which may hang at the review host.
    const { entries } = await knownGrants(deps);
    alertOfOverdue(deps, entries);
    // The pass would say so too, but it may be long in coming.
    deps.onEnds?.(nextWake(entries, deps.clock.now()));
    if ((await deps.spool.pending()).length > 0) hints.pass();
    forgetRetry();
    if (next === undefined) return;
    forgetRetry = deps.timer.after(Math.max(secondsBetween(deps.clock.now(), next), 1), hints.ends);
  };

  const passLater = (): void => {
    isDelayed = false;
    hints.pass();
  };

  const onePass = async (): Promise<void> => {
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
  };

  const hints: Hints = {
    pullRequest: (number) =>
      retrying(`pull-request ${number}`, async () => {
        const reviewed = await reviewPullRequest(showing, number);
        deps.onReview?.reviewed(number, reviewed);
        if (reviewed.kind === 'landed') await afterLanding(deps, number);
        if (reviewed.kind === 'landed' || (reviewed.kind === 'published' && reviewed.merged)) hints.pass();
      }),
    comment: (id) =>
      retrying(`comment ${id}`, async () => {
        const obeyed = await obeyComment(deps, id);
        if (obeyed === 'revoking') hints.pass();
        if (obeyed === 'recheck') {
          // Whoever asks for it has seen something change.
          directory.forget();
          const comment = await deps.host.comment(id);
          if (comment !== undefined) hints.pullRequest(comment.pullRequest);
        }
      }),
    ends: () => deps.queue.add('ends', endNow, true),
    pass() {
      const wait = deps.pace?.wait(deps.clock.now()) ?? 0;
      if (wait > 0) {
        if (!isDelayed) deps.timer.after(wait, passLater);
        isDelayed = true;
        return;
      }
      deps.queue.add('pass', onePass, true);
    },
    people() {
      directory.forget();
      hints.sweep('everything');
    },
    sweep(what) {
      if (what === 'everything') seen.clear();
      deps.queue.add('sweep', async () => {
        try {
          const watch = deps.onReview;
          sweptAt = (await sweep(deps, { since: sweptAt, seen, showing, ...(watch && { watch }) })).since;
        } finally {
          // Ends do not wait for GitHub.
          mayHaveDrifted = true;
          hints.pass();
        }
      });
    },
  };
  return hints;
}

/** Reviews of a merged pull request matter only to break-glass grants that still owe theirs. */
async function afterLanding(deps: Ports, number: number): Promise<void> {
  try {
    await recordReview(deps, number);
  } catch (error) {
    deps.log.warn('review not recorded', { number, code: isFault(error) ? error.code : 'unexpected' });
  }
}
