import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../../ports/clock.js';
import { Blocked, Retry } from '../../../ports/fault.js';
import { type HttpAnswer, secondsToWait } from '../../http/answer.js';
import { callHttp } from '../../http/call.js';
import { badAnswer, faultOf } from './fault.js';
import type { Sign } from './sign.js';

export interface Receiver {
  readonly target: string;
  readonly clock: Clock;
  readonly url: URL;
  readonly sign: Sign;
  /** For a call with all its polls. */
  readonly milliseconds: number;
  readonly ca?: string;
}

interface Message {
  readonly id: string;
  readonly body: string;
}

/** Before a poll, where the receiver does not say. */
const POLL_SECONDS = 1;
/** Each poll waits at least so much longer than the one before, whatever the receiver says. */
const BACKOFF_SECONDS = 0.05;

/**
 * Sends a call and brings the answer. A receiver that needs longer answers 202 with a `Location` of its own origin, which is asked until
 * it answers 200 or the time is over. The next attempt at the same call has the same id.
 */
export async function send(receiver: Receiver, message: Message): Promise<Uint8Array> {
  const { target, url } = receiver;
  const signal = AbortSignal.timeout(receiver.milliseconds);
  const first = await call(receiver, { method: 'POST', url, message, signal });
  const answer = first.status === 202 ? await poll(receiver, first, { id: message.id, signal }) : first;
  if (answer.status !== 200) throw faultOf(target, answer);
  const type = answer.headers['content-type'] ?? '';
  if (!/^application\/json\s*(?:;|$)/i.test(type)) throw badAnswer(target, 'something else than JSON');
  return new TextEncoder().encode(answer.text);
}

async function poll(
  receiver: Receiver,
  first: HttpAnswer,
  { id, signal }: { readonly id: string; readonly signal: AbortSignal },
): Promise<HttpAnswer> {
  let answer = first;
  let url = pollUrl(receiver, first);
  try {
    for (let polls = 0; answer.status === 202; polls += 1) {
      const seconds = Math.max(secondsToWait(answer.headers) ?? POLL_SECONDS, polls * BACKOFF_SECONDS);
      await pause(seconds * 1_000, undefined, { signal });
      answer = await call(receiver, { method: 'GET', url, message: { id, body: '' }, signal });
      if (answer.status === 202 && answer.headers.location !== undefined) url = pollUrl(receiver, answer);
    }
    return answer;
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Retry('pending', `${receiver.target} has not finished in time`, 0, error);
  }
}

interface Attempt {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly message: Message;
  readonly signal: AbortSignal;
}

function call(
  { target, clock, sign, ca }: Receiver,
  { method, url, message, signal }: Attempt,
): Promise<HttpAnswer> {
  const headers = {
    accept: 'application/json',
    'user-agent': 'hallpass',
    ...sign({ ...message, at: clock.now() }),
  };
  const sent =
    method === 'GET'
      ? { headers }
      : { headers: { ...headers, 'content-type': 'application/json' }, body: message.body };
  return callHttp(target, { method, url, signal, ...sent, ...(ca === undefined ? {} : { ca }) });
}

/** Where to ask for the answer. Anywhere else could be inside our network, and would get a signed call (T130). */
function pollUrl({ target, url }: Receiver, { headers: { location = '' } }: HttpAnswer): URL {
  const there = location !== '' && URL.canParse(location, url.href) ? new URL(location, url.href) : undefined;
  if (there !== undefined && there.origin === url.origin && there.username === '' && there.password === '')
    return there;
  throw new Blocked(
    'bad_answer',
    `${target} answered 202 without a Location of its own origin`,
    'Let the receiver answer 202 with a Location below its own address.',
  );
}
