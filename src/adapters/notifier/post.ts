import { Blocked, Retry } from '../../ports/fault.js';

export interface Post {
  /** A secret: it never gets into a message. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMilliseconds?: number;
}

const TIMEOUT_MILLISECONDS = 10_000;
/** Answers that may be others later; each other refusal stays one (RFC 9110 section 15.5). */
const MAY_PASS: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * Posts to a receiver outside. Nothing of the answer is read but its status and how long to wait, so no answer is too large; a redirect
 * is not followed, since it would take the notice to somebody the settings do not name (T130).
 */
export async function post({ url, headers, body, timeoutMilliseconds }: Post): Promise<void> {
  const answer = await answerTo(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'hallpass' },
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMilliseconds ?? TIMEOUT_MILLISECONDS),
  });
  // The status has said it all, so it does not matter whether the rest can still be refused.
  await answer.body?.cancel().catch(() => {});
  const { status } = answer;
  if (status >= 200 && status < 300) return;
  if (status >= 500 || MAY_PASS.has(status))
    throw new Retry('receiver_unavailable', `the receiver answered ${status}`, secondsAsked(answer));
  if (status >= 300 && status < 400)
    throw new Blocked(
      'receiver_redirects',
      `the receiver answered ${status}`,
      'Put the address it redirects to into the settings.',
    );
  throw new Blocked(
    'receiver_refused',
    `the receiver answered ${status}`,
    'Check its address and secrets in the settings.',
  );
}

async function answerTo(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    // What fetch says may hold the address, so it is no cause either.
    throw isLate
      ? new Retry('receiver_timeout', 'the receiver did not answer in time')
      : new Retry('receiver_unreachable', 'the receiver could not be reached');
  }
}

/** Seconds, or a date (RFC 9110 section 10.2.3). */
function secondsAsked({ headers }: Response): number {
  const asked = headers.get('retry-after');
  if (asked === null) return 0;
  const seconds = /^\d{1,9}$/.test(asked) ? Number(asked) : (Date.parse(asked) - Date.now()) / 1_000;
  return seconds > 0 ? Math.ceil(seconds) : 0;
}
