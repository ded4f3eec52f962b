import type { Oid } from '../../core/approval.js';
import type { ViolationProblem } from '../../core/grant.js';
import { isEndRequested } from '../../core/lifecycle/grant.js';
import { classOfChange, type TreeChange } from '../../core/pull-request.js';
import { pathOfRequest, requestIdOfPath } from '../../core/request.js';
import { renderEntry } from '../../documents/entry.js';
import { isFault } from '../../ports/fault.js';
import { takeAnswers } from '../access-reviews/take-answer.js';
import type { Ports } from '../ports.js';
import type { Journal } from '../reconciling/journal.js';
import { type Case, decideRequest } from './decide-request.js';
import { originOf, type Step } from './landing-origin.js';

type Deps = Pick<Ports, 'host' | 'directory' | 'repository' | 'ledger' | 'kinds' | 'clock' | 'log' | 'rules'>;

/** Landings decided in one go, so that a long absence is caught up in bounded commits. */
const MOST_AT_ONCE = 200;

/**
 * Decides, once more and for good, on everything that reached the default branch since the cursor (DESIGN section 4, "Twice"). What
 * the decision covers is compared byte for byte with what landed; `merged` proves nothing (T073). Faults pass through and leave the
 * cursor where it is, so nothing is skipped.
 * @returns whether there is more to decide.
 */
export async function decideLandings(deps: Deps, journal: Journal): Promise<boolean> {
  const head = await deps.repository.head();
  if (journal.cursor === null) {
    // What was there before Hallpass was asked for by nobody through it.
    journal.moveCursor(head);
    return false;
  }
  const steps = await deps.repository.landings(journal.cursor, head);
  try {
    for (const step of steps.slice(0, MOST_AT_ONCE)) {
      await decideStep(deps, journal, step);
      journal.moveCursor(step.commit);
    }
  } finally {
    if (steps.length > 0) await endAbsent(deps, journal, head);
  }
  return steps.length > MOST_AT_ONCE;
}

/**
 * Of what a pass does about the default branch, only what takes access away: while the ledger cannot be read nothing can be decided, and whoever
 * broke it must not keep what somebody takes from them.
 */
export async function endRemovedAlone(
  deps: Pick<Ports, 'repository' | 'clock'>,
  journal: Journal,
): Promise<void> {
  if (journal.cursor === null) return;
  await deps.repository.fetch();
  const head = await deps.repository.head();
  // A branch that was rewritten says nothing about what was removed.
  await deps.repository.landings(journal.cursor, head);
  await endAbsent(deps, journal, head);
}

async function decideStep(deps: Deps, journal: Journal, step: Step): Promise<void> {
  const changes = await deps.repository.changes(step.parent, step.commit);
  const managed = changes.filter((change) =>
    ['request', 'removal', 'modified-request'].includes(classOfChange(change)),
  );
  const lists = changes.filter((change) => classOfChange(change) === 'access_review');
  if (managed.length + lists.length === 0) return;
  await endRemoved(deps, journal, managed);
  const problems: ViolationProblem[] = managed
    .filter((change) => classOfChange(change) === 'modified-request')
    .map(({ path }) => ({
      code: 'modified_request',
      path,
      message: 'A request was changed after it was written; its grant goes on as it was.',
    }));
  const appeared = managed.filter((change) => change.before === null);
  problems.push(...(await takeAnswers(deps, journal, step, lists)));
  if (appeared.length > 0) problems.push(...(await decideAppeared(deps, journal, { step, appeared })));
  if (problems.length > 0)
    journal.violation({ version: 1, commit: step.commit, at: deps.clock.now(), problems });
}

async function decideAppeared(
  deps: Deps,
  journal: Journal,
  { step, appeared }: { readonly step: Step; readonly appeared: readonly TreeChange[] },
): Promise<ViolationProblem[]> {
  const problems: ViolationProblem[] = [];
  const origin = await originOf(deps, step, appeared);
  for (const change of appeared) {
    const decided =
      'refusal' in origin
        ? origin.refusal
        : await decideOrRefuse(deps, journal, { step, change, facts: origin.facts });
    if ('code' in decided) problems.push({ ...decided, path: change.path });
    else journal.add(decided);
  }
  return problems;
}

/** A bug met while deciding one request refuses that request and lets the others be decided (T105). */
async function decideOrRefuse(
  deps: Deps,
  journal: Journal,
  one: Case,
): Promise<Awaited<ReturnType<typeof decideRequest>>> {
  try {
    const decided = await decideRequest(deps, journal, one);
    // An entry that is too large for the ledger would keep everything else from being recorded; rendering it says so now.
    if ('version' in decided) renderEntry(decided);
    return decided;
  } catch (error) {
    if (isFault(error)) throw error;
    deps.log.error('deciding failed', {
      commit: one.step.commit,
      error: error instanceof Error ? error.name : 'unknown',
    });
    return { code: 'unapproved_landing', message: 'Hallpass failed while deciding; nothing was granted.' };
  }
}

/** Removing a request file means: end its grant now. It takes access away, so nobody has to approve it (T101). */
async function endRemoved(deps: Deps, journal: Journal, changes: readonly TreeChange[]): Promise<void> {
  for (const change of changes) {
    const id = change.after === null ? requestIdOfPath(change.path) : undefined;
    const entry = id && journal.entry(id);
    if (!entry || isEndRequested(entry)) continue;
    journal.change(entry.id, { event: 'end_requested', at: deps.clock.now(), reason: 'reverted' });
  }
}

/**
 * Grants whose request is not there any more end now, also while a landing before the removal cannot be decided: whatever keeps us from
 * giving access must not keep us from taking it away.
 */
async function endAbsent(
  deps: Pick<Ports, 'repository' | 'clock'>,
  journal: Journal,
  head: Oid,
): Promise<void> {
  for (const entry of journal.live()) {
    if (isEndRequested(entry)) continue;
    if ((await deps.repository.file(head, pathOfRequest(entry.id))) !== undefined) continue;
    journal.change(entry.id, { event: 'end_requested', at: deps.clock.now(), reason: 'reverted' });
  }
}
