import { Blocked, type Fault, Retry } from '../../../ports/fault.js';
import { excerptOf, type HttpAnswer, retryOf } from '../../http/answer.js';

/** GitHub asks to wait a minute after a secondary limit that names no time. */
const LIMIT_SECONDS = 60;
const MOST_SECONDS = 3_600;
const LIMIT_WORDS = /rate limit|abuse detection/i;

/** Status to what somebody has to do (GitHub REST documentation, "Troubleshooting the REST API"). */
const BLOCKED: Readonly<Record<number, readonly [code: string, unblock: string]>> = {
  401: ['credentials', 'Give the target a token that is valid, in the settings.'],
  403: ['forbidden', 'Give the token the permissions of docs/providers/github.md.'],
  404: [
    'not_found',
    'Correct the name in the catalog, or let the token reach it: GitHub says "not found" for both.',
  ],
};

export function faultOf(target: string, answer: HttpAnswer): Fault {
  const { status } = answer;
  if (status === 429 || (status === 403 && isLimit(answer)))
    return new Retry('limited', `${target} limits our calls`, secondsToWait(answer));
  const later = retryOf(target, answer);
  if (later !== undefined) return later;
  if (status === 409) return new Retry('conflict', `${target}: somebody else changes the same`);
  const [code, unblock] = BLOCKED[status] ?? [
    'refused',
    'Read what GitHub answered; it will be refused until that is mended.',
  ];
  return new Blocked(code, `${target} answered ${status}: ${excerptOf(answer)}`, unblock);
}

/** Limits come as 403 too. */
function isLimit({ headers, text }: HttpAnswer): boolean {
  return (
    headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined || LIMIT_WORDS.test(text)
  );
}

function secondsToWait({ headers }: HttpAnswer): number {
  const reset = Number(headers['x-ratelimit-reset']) - Date.parse(headers.date ?? '') / 1_000;
  const spent = headers['x-ratelimit-remaining'] === '0';
  const found = [Number(headers['retry-after']), spent ? reset : Number.NaN].find((seconds) => seconds > 0);
  return Math.min(Math.ceil(found ?? LIMIT_SECONDS), MOST_SECONDS);
}
