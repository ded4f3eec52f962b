import { Blocked, type Fault, isFault, Retry } from '../../../ports/fault.js';

/** How Octokit reports an answer that is no success; a connection that broke comes as status 500 without a response. */
interface RequestError extends Error {
  readonly status: number;
  readonly response?: { readonly headers?: Readonly<Record<string, string | number | undefined>> };
}

/** GitHub asks to wait a minute after a secondary limit that names no time. */
const LIMIT_SECONDS = 60;
const LIMIT_WORDS = /rate limit|abuse detection|too many requests/i;

/** Status to what somebody has to do (GitHub REST documentation, "Troubleshooting the REST API"). */
const BLOCKED: Readonly<Record<number, readonly [code: string, unblock: string]>> = {
  401: ['credentials', 'Correct the App and its key in the settings.'],
  403: [
    'forbidden',
    'Give the App the organization permission "Members: read and write". Where an identity provider synchronises the team, GitHub takes no changes, and the team cannot be granted here.',
  ],
  404: ['not_found', 'Correct organization and team, and install the App on the organization.'],
  422: ['refused', 'Read what GitHub answered; it will be refused until that is mended.'],
};

/** @returns a fault, or the error itself when it is a bug. */
export function faultOf(error: unknown, target: string): unknown {
  if (isFault(error) || !isRequestError(error)) return error;
  const message = `${target}: ${error.message}`;
  const { status } = error;
  if (status === 429 || (status === 403 && isLimit(error))) return limited(error, message);
  if (status >= 500) return new Retry('unavailable', message, 0, error);
  if (status === 409) return new Retry('conflict', message, 0, error);
  const [code, unblock] = BLOCKED[status] ?? ['refused', 'Read what GitHub answered.'];
  return new Blocked(code, message, unblock, error);
}

export function isMissing(error: unknown): boolean {
  return isRequestError(error) && error.status === 404;
}

function isRequestError(error: unknown): error is RequestError {
  return error instanceof Error && 'status' in error && typeof error.status === 'number';
}

function isLimit(error: RequestError): boolean {
  const left = error.response?.headers?.['x-ratelimit-remaining'];
  return (
    String(left) === '0' ||
    error.response?.headers?.['retry-after'] !== undefined ||
    LIMIT_WORDS.test(error.message)
  );
}

function limited(error: RequestError, message: string): Fault {
  const headers = error.response?.headers ?? {};
  const asked = Number(headers['retry-after']);
  const reset = Number(headers['x-ratelimit-reset']) - Date.parse(String(headers.date)) / 1_000;
  const spent = String(headers['x-ratelimit-remaining']) === '0';
  const after = [asked, spent ? reset : Number.NaN, LIMIT_SECONDS].find((seconds) => seconds > 0);
  return new Retry('limited', message, Math.ceil(after ?? LIMIT_SECONDS), error);
}
