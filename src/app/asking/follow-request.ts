import type { Entry } from '../../core/grant.js';
import { isLiveEntry } from '../../core/lifecycle/grant.js';
import type { RequestId } from '../../core/request.js';
import { isFault } from '../../ports/fault.js';
import type { OwnPullRequests } from '../../ports/own-pull-requests.js';
import type { Timer } from '../../ports/timer.js';

/** How far a request has come. */
export type Step =
  | { readonly at: 'waiting'; readonly check?: string }
  | { readonly at: 'merged' }
  | { readonly at: 'away'; readonly why: string }
  | { readonly at: 'scheduled' | 'granted'; readonly entry: Entry }
  | { readonly at: 'not_granted' | 'ended'; readonly entry: Entry }
  | { readonly at: 'closed' }
  | { readonly at: 'out_of_patience' };

interface Deps {
  readonly desk: Pick<OwnPullRequests, 'standing' | 'entry'>;
  readonly timer: Timer;
}

interface Input {
  readonly id: RequestId;
  readonly number: number;
  /** Seconds after which nobody goes on looking. */
  readonly patience: number;
  /** Told of every step that differs from the one before. */
  readonly tell: (step: Step) => void;
}

/** Seconds. GitHub allows 5,000 calls an hour; a look takes at most three. */
const PAUSE = { first: 3, later: 10 };
/** Looks after which the pauses get longer. */
const SOON = 20;

/** Looks again and again until the request has led to something or patience is over. @returns the last step. */
export async function followRequest(deps: Deps, input: Input): Promise<Step> {
  let told = '';
  let waited = 0;
  for (let looks = 0; ; looks += 1) {
    const { step, pause } = await look(deps, input);
    const text = JSON.stringify(step);
    if (text !== told) input.tell(step);
    told = text;
    if (isLast(step)) return step;
    const seconds = Math.max(pause, looks < SOON ? PAUSE.first : PAUSE.later);
    if (!(waited + seconds <= input.patience)) break;
    waited += seconds;
    await new Promise<void>((resolve) => deps.timer.after(seconds, resolve));
  }
  const last: Step = { at: 'out_of_patience' };
  input.tell(last);
  return last;
}

const GOING_ON: ReadonlySet<Step['at']> = new Set(['waiting', 'merged', 'away']);

function isLast({ at }: Step): boolean {
  return !GOING_ON.has(at);
}

/** A GitHub that is away for a moment is no answer, and no reason to stop. */
async function look({ desk }: Deps, { id, number }: Input): Promise<{ step: Step; pause: number }> {
  try {
    return { step: await stepOf(desk, id, number), pause: 0 };
  } catch (error) {
    if (!isFault(error) || error.fault === 'blocked') throw error;
    return { step: { at: 'away', why: error.message }, pause: error.after };
  }
}

async function stepOf(desk: Deps['desk'], id: RequestId, number: number): Promise<Step> {
  const standing = await desk.standing(number);
  if (standing.state === 'closed') return { at: 'closed' };
  if (standing.state === 'open')
    return { at: 'waiting', ...(standing.check === undefined ? {} : { check: standing.check }) };
  const entry = await desk.entry(id);
  return entry === undefined ? { at: 'merged' } : stepIn(entry);
}

function stepIn(entry: Entry): Step {
  const states = new Set(entry.holdings.map(({ state }) => state));
  if (states.has('intended')) return { at: 'merged' };
  if (states.has('active')) return { at: 'granted', entry };
  if (states.has('scheduled')) return { at: 'scheduled', entry };
  if (isLiveEntry(entry)) return { at: 'merged' };
  return { at: states.has('ended') ? 'ended' : 'not_granted', entry };
}
