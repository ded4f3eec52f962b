import { Blocked, type Fault, Retry } from '../../../ports/fault.js';
import { type HttpAnswer, retryOf } from '../../http/answer.js';

/** Statuses that somebody has to act on, and what to do. The rest of 4xx is `refused`. */
const BLOCKED: Readonly<Record<number, readonly [code: string, unblock: string]>> = {
  401: ['credentials', 'Give Hallpass and the receiver the same signing secret, and set their clocks.'],
  403: ['credentials', 'Give Hallpass and the receiver the same signing secret, and set their clocks.'],
  404: ['not_found', 'Correct "url" of the target in the settings, or start the receiver there.'],
  410: ['not_found', 'The receiver is gone for good: correct "url" of the target in the settings.'],
};

/** @returns what a status that is no answer of the protocol means. Nothing of its body is used. */
export function faultOf(target: string, answer: HttpAnswer): Fault {
  const { status } = answer;
  const retry = retryOf(target, answer);
  if (retry !== undefined) return retry;
  if (status === 409) return new Retry('conflict', `${target} answered 409`);
  if (!(status >= 400)) return badAnswer(target, `the status ${status}`);
  const [code, unblock] = BLOCKED[status] ?? [
    'refused',
    'Look into the log of the receiver why it refuses the call.',
  ];
  return new Blocked(code, `${target} answered ${status}`, unblock);
}

export function badAnswer(target: string, what: string): Blocked {
  return new Blocked(
    'bad_answer',
    `${target} answered with ${what}`,
    'Mend the receiver; docs/providers/webhook.md says what it has to answer.',
  );
}
