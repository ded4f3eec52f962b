import type { IncomingHttpHeaders } from 'node:http';
import { Retry } from '../../ports/fault.js';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A minute, where a limit names no time. */
const LIMIT_SECONDS = 60;
/** Nobody waits longer than an hour because an answer says so. */
const MOST_SECONDS = 3_600;

/** @returns a fault for a status that says "later", whatever the target; undefined for every other one. */
export function retryOf(target: string, { status, headers }: HttpAnswer): Retry | undefined {
  if (status === 429)
    return new Retry('limited', `${target} limits our calls`, secondsToWait(headers) ?? LIMIT_SECONDS);
  if (status >= 500 || status === 408 || status === 425)
    return new Retry('unavailable', `${target} answered ${status}`, secondsToWait(headers) ?? 0);
  return undefined;
}

/** `Retry-After` in seconds (RFC 9110, 10.2.3): a number, or a date that is read against the answer's own. */
export function secondsToWait(headers: IncomingHttpHeaders): number | undefined {
  const asked = headers['retry-after'] ?? '';
  const seconds = /^\d+$/.test(asked)
    ? Number(asked)
    : (Date.parse(asked) - Date.parse(headers.date ?? '')) / 1_000;
  return seconds >= 0 ? Math.min(Math.ceil(seconds), MOST_SECONDS) : undefined;
}

/** @throws Retry when the answer is no JSON: a proxy's page says nothing about the target. */
export function jsonOf(target: string, { status, text }: HttpAnswer): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Retry('no_json', `${target} answered ${status} with something else than JSON`, 0, error);
  }
}

/** The start of what was answered, for a message: printable, on one line. It is the target's text and not to be trusted. */
export function excerptOf({ text }: HttpAnswer): string {
  return text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .slice(0, 200)
    .trim();
}
