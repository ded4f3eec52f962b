import { Blocked, type Fault, Retry } from '../../ports/fault.js';

/** How Octokit reports an answer that is no success, and a connection that broke (status 500, no response). */
interface RequestError extends Error {
  readonly status: number;
  readonly request?: { readonly method?: string; readonly url?: string };
  readonly response?: { readonly headers: Readonly<Record<string, string | number | undefined>> };
}

const LONGEST_MESSAGE = 300;
/** GitHub asks to wait a minute after a secondary limit that names no time. */
const LIMIT_SECONDS = 60;
const LIMIT_WORDS = /rate limit|abuse detection|too many requests/i;

/** Runs calls to GitHub so that what they throw says what happens next. A bug stays a bug. */
export function withFaults<Calls extends object>(calls: Calls): Calls {
  const guarded = Object.entries(calls).map(([name, call]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await (call as (...args: unknown[]) => Promise<unknown>)(...args);
      } catch (error) {
        throw isRequestError(error) ? faultOf(error) : error;
      }
    },
  ]);
  return Object.fromEntries(guarded) as Calls;
}

export function statusOf(error: unknown): number | undefined {
  return isRequestError(error) ? error.status : undefined;
}

/** @returns the answer, or `undefined` when GitHub says that there is no such thing. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

function isRequestError(error: unknown): error is RequestError {
  return error instanceof Error && typeof (error as Partial<RequestError>).status === 'number';
}

export function faultOf(error: RequestError): Fault {
  const message = sentence(error);
  const { status } = error;
  if (status === 429 || (status === 403 && isLimit(error))) {
    return new Retry('github_limited', message, secondsToWait(error), error);
  }
  if (status >= 500) return new Retry('github_unavailable', message, secondsAsked(error) ?? 0, error);
  if (status === 409) return new Retry('github_conflict', message, 0, error);
  const row = isTokenRequest(error) ? AT_THE_DOOR[status] : BLOCKED[status];
  const [code, unblock] = /suspended/i.test(error.message) ? SUSPENDED : (row ?? REFUSED);
  return new Blocked(code, message, unblock.replace('{wanted}', wantedPermissions(error)), error);
}

type Row = readonly [code: string, unblock: string];

const SUSPENDED: Row = [
  'installation_suspended',
  'Ask an owner of the organization to unsuspend the app where it is installed.',
];
const REFUSED: Row = [
  'github_refused',
  'Read what GitHub answered; the request will be refused until that is mended.',
];
const BLOCKED: Readonly<Record<number, Row>> = {
  401: ['github_unauthorized', 'Check the app id and the private key in the settings.'],
  403: [
    'github_forbidden',
    'Give the app the permission that is missing{wanted}, and accept it on the installation.',
  ],
  404: [
    'github_not_found',
    'Check owner and name of the repository in the settings, and that the app is installed on it.',
  ],
};
/** Asking for an installation token. */
const AT_THE_DOOR: Readonly<Record<number, Row>> = {
  401: BLOCKED[401] ?? REFUSED,
  403: SUSPENDED,
  404: ['installation_gone', 'Install the app again and put the new installation id into the settings.'],
  422: [
    'installation_narrow',
    'Give the installation the permissions the app asks for, and the pinned repository; `hallpass doctor` lists them.',
  ],
};

const isTokenRequest = (error: RequestError): boolean => pathOf(error).endsWith('/access_tokens');

function isLimit(error: RequestError): boolean {
  const used = header(error, 'x-ratelimit-remaining') === '0';
  return used || header(error, 'retry-after') !== undefined || LIMIT_WORDS.test(error.message);
}

/** What GitHub limits, where that is why it refused: the hour's budget, or too much at a time. */
export function limitIn(
  error: unknown,
): { readonly kind: 'hour' | 'rush'; readonly seconds: number; readonly isAsked: boolean } | undefined {
  if (!isRequestError(error)) return undefined;
  if (error.status !== 429 && !(error.status === 403 && isLimit(error))) return undefined;
  const isAsked = secondsAsked(error) !== undefined;
  const isHour = !isAsked && header(error, 'x-ratelimit-remaining') === '0';
  return { kind: isHour ? 'hour' : 'rush', seconds: secondsToWait(error), isAsked };
}

/** Until the hour's budget is there again, by GitHub's own clock. */
function secondsToWait(error: RequestError): number {
  const asked = secondsAsked(error);
  if (asked !== undefined) return asked;
  if (header(error, 'x-ratelimit-remaining') !== '0') return LIMIT_SECONDS;
  const wait = Number(header(error, 'x-ratelimit-reset')) - Date.parse(header(error, 'date') ?? '') / 1_000;
  return Number.isFinite(wait) ? Math.max(1, Math.ceil(wait)) : LIMIT_SECONDS;
}

function secondsAsked(error: RequestError): number | undefined {
  const seconds = Number(header(error, 'retry-after') ?? Number.NaN);
  return seconds >= 0 ? seconds : undefined;
}

function wantedPermissions(error: RequestError): string {
  const wanted = header(error, 'x-accepted-github-permissions');
  return wanted === undefined ? '' : ` (${wanted})`;
}

function header(error: RequestError, name: string): string | undefined {
  const value = error.response?.headers[name];
  return value === undefined ? undefined : String(value);
}

function pathOf(error: RequestError): string {
  const url = error.request?.url ?? '';
  return URL.canParse(url) ? new URL(url).pathname : url;
}

function sentence(error: RequestError): string {
  const what = `${error.request?.method ?? 'request'} ${pathOf(error)}`;
  const how =
    error.response === undefined ? 'GitHub could not be reached for' : `GitHub answered ${error.status} to`;
  return `${how} ${what}: ${error.message}`.slice(0, LONGEST_MESSAGE);
}
