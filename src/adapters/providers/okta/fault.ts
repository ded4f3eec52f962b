import { Blocked, type Fault, Retry } from '../../../ports/fault.js';
import { excerptOf, type HttpAnswer, retryOf } from '../../http/answer.js';

/** Status to what somebody has to do. */
const BLOCKED: Readonly<Record<number, readonly [code: string, unblock: string]>> = {
  401: [
    'credentials',
    'Give the target an API token that is valid, in the settings. Tokens end after 30 days without use.',
  ],
  403: [
    'forbidden',
    'Give the owner of the API token the role of docs/providers/okta.md for this group. Groups with administrator roles can only be changed by super administrators, and should not be granted.',
  ],
  404: [
    'not_found',
    'Correct the id of the group in the catalog, or the address of the target in the settings.',
  ],
};

/** Okta's limits begin anew every minute. */
const LIMIT_SECONDS = 60;

export function faultOf(target: string, answer: HttpAnswer): Fault {
  const { status } = answer;
  if (status === 429) return new Retry('limited', `${target} limits our calls`, secondsToReset(answer));
  const later = retryOf(target, answer);
  if (later !== undefined) return later;
  const [code, unblock] = BLOCKED[status] ?? [
    'refused',
    'Read what Okta answered; it will refuse this until that is mended.',
  ];
  return new Blocked(code, `${target} answered ${status}: ${excerptOf(answer)}`, unblock);
}

/** `X-Rate-Limit-Reset` is a moment in seconds, read against the answer's own clock (Okta, "Rate limits overview"). */
function secondsToReset({ headers }: HttpAnswer): number {
  const seconds = Number(headers['x-rate-limit-reset']) - Date.parse(headers.date ?? '') / 1_000;
  return seconds >= 0 && seconds <= LIMIT_SECONDS * 10 ? Math.max(1, Math.ceil(seconds)) : LIMIT_SECONDS;
}
