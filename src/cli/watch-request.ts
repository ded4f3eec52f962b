import { followRequest, type Step } from '../app/asking/follow-request.js';
import type { RequestId } from '../core/request.js';
import type { OwnPullRequests } from '../ports/own-pull-requests.js';
import type { Timer } from '../ports/timer.js';
import { utc } from '../views/time-text.js';
import { oneLine } from '../views/untrusted-text.js';
import { EXIT } from './exit.js';
import { type Io, painterOf } from './io.js';

/** Seconds. A review takes a while, and a terminal that is left open should not ask for ever. */
const PATIENCE = 3_600;

interface Watched {
  readonly id: RequestId;
  readonly number: number;
  readonly desk: OwnPullRequests;
  readonly timer: Timer;
}

/** Says on the error output how far it is, and at the end on the other one what came of it. @returns the exit code. */
export async function watchRequest({ id, number, desk, timer }: Watched, io: Io): Promise<number> {
  const paint = painterOf(io);
  const tell = (step: Step): void => {
    const text = progressOf(step);
    if (text !== undefined) io.err(`${paint('dim', '…')} ${oneLine(text)}\n`);
  };
  const last = await followRequest({ desk, timer }, { id, number, patience: PATIENCE, tell });
  const [style, text, code] = outcomeOf(last);
  io.out(`${paint(style, oneLine(text))}\n`);
  return code;
}

function progressOf(step: Step): string | undefined {
  if (step.at === 'waiting') return step.check ?? 'The pull request waits for the app';
  if (step.at === 'merged') return 'Merged; it is decided once more and granted';
  return step.at === 'away' ? `GitHub does not answer, trying again: ${step.why}` : undefined;
}

type Outcome = readonly [style: 'good' | 'bad' | 'warn', text: string, code: number];

function outcomeOf(step: Step): Outcome {
  switch (step.at) {
    case 'granted':
      return [
        'good',
        `Granted until ${utcOf(step.entry.window?.expiresAt)}. To end it early, comment /hallpass revoke.`,
        EXIT.ok,
      ];
    case 'scheduled':
      return ['good', `Approved; it begins at ${utcOf(step.entry.window?.startsAt)}.`, EXIT.ok];
    case 'ended':
      return ['warn', 'It was granted, and is over.', EXIT.ok];
    case 'not_granted':
      return ['bad', 'Nothing was granted; the comment on the pull request says why.', EXIT.found];
    case 'closed':
      return ['bad', 'The pull request was closed without a merge.', EXIT.found];
    default:
      return ['warn', 'Nobody has decided yet. It goes on without this command.', EXIT.unable];
  }
}

function utcOf(instant: Parameters<typeof utc>[0] | undefined): string {
  return instant === undefined ? 'a time that is not known' : utc(instant);
}
