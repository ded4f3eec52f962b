import { describe, expect, it } from 'vitest';
import { withFaults } from '../../../src/adapters/github/faults.js';
import { Blocked, Retry } from '../../../src/ports/fault.js';

interface Answer {
  readonly status: number;
  readonly message?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What Octokit throws. */
function requestError({ status, message = 'Not this time', url, headers }: Answer): Error {
  const request = { method: 'GET', url: url ?? 'https://api.github.com/repos/acme/access/pulls?page=2' };
  const response = headers === undefined && status === 500 ? undefined : { headers: headers ?? {} };
  return Object.assign(new Error(message), { name: 'HttpError', status, request, response });
}

function thrown(answer: Answer): Promise<unknown> {
  const { call } = withFaults({ call: () => Promise.reject(requestError(answer)) });
  return call().then(
    () => undefined,
    (error: unknown) => error,
  );
}

const TOKEN_URL = 'https://api.github.com/app/installations/7/access_tokens';
const DATE = 'Sun, 22 Nov 2026 12:00:00 GMT';
const RESET = String(Date.parse('2026-11-22T12:10:00Z') / 1_000);

describe('what GitHub answers says what happens next', () => {
  it.each<[string, Answer, string, number]>([
    ['a server error', { status: 502, headers: {} }, 'github_unavailable', 0],
    ['a broken connection', { status: 500 }, 'github_unavailable', 0],
    ['maintenance', { status: 503, headers: { 'retry-after': '120' } }, 'github_unavailable', 120],
    ['a conflict', { status: 409 }, 'github_conflict', 0],
    ['too many requests', { status: 429, headers: { 'retry-after': '7' } }, 'github_limited', 7],
    ['too many requests, no time', { status: 429 }, 'github_limited', 60],
    ['a secondary limit', { status: 403, headers: { 'retry-after': '30' } }, 'github_limited', 30],
    [
      'a secondary limit in words',
      { status: 403, message: 'You have exceeded a secondary rate limit' },
      'github_limited',
      60,
    ],
    [
      'a used-up hour',
      { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': RESET, date: DATE } },
      'github_limited',
      600,
    ],
    [
      'a used-up hour that is over',
      { status: 429, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1', date: DATE } },
      'github_limited',
      1,
    ],
    [
      'a used-up hour without times',
      { status: 403, headers: { 'x-ratelimit-remaining': '0' } },
      'github_limited',
      60,
    ],
  ])('%s: try again', async (_, answer, code, after) => {
    const fault = await thrown(answer);
    expect(fault).toBeInstanceOf(Retry);
    expect(fault).toMatchObject({ code, after });
  });

  it.each<[string, Answer, string, RegExp]>([
    ['bad credentials', { status: 401 }, 'github_unauthorized', /private key/],
    ['a missing permission', { status: 403 }, 'github_forbidden', /permission that is missing, /],
    [
      'a missing permission GitHub names',
      { status: 403, headers: { 'x-accepted-github-permissions': 'checks=write' } },
      'github_forbidden',
      /\(checks=write\)/,
    ],
    ['a repository that is not there', { status: 404 }, 'github_not_found', /installed/],
    ['nonsense', { status: 422 }, 'github_refused', /./],
    ['an unknown code', { status: 418 }, 'github_refused', /./],
    ['no installation', { status: 404, url: TOKEN_URL }, 'installation_gone', /Install/],
    ['too few permissions', { status: 422, url: TOKEN_URL }, 'installation_narrow', /permissions/],
    ['a bad app key', { status: 401, url: TOKEN_URL }, 'github_unauthorized', /private key/],
    [
      'a suspended installation',
      { status: 403, message: 'This installation has been suspended' },
      'installation_suspended',
      /unsuspend/,
    ],
  ])('%s: somebody has to act', async (_, answer, code, unblock) => {
    const fault = await thrown(answer);
    expect(fault).toBeInstanceOf(Blocked);
    expect(fault).toMatchObject({ code, unblock: expect.stringMatching(unblock) });
  });

  it('says what was asked, without the query', async () => {
    expect(await thrown({ status: 404 })).toHaveProperty(
      'message',
      'GitHub answered 404 to GET /repos/acme/access/pulls: Not this time',
    );
  });

  it('lets a bug be a bug', async () => {
    const bug = new TypeError('oops');
    const { call } = withFaults({ call: () => Promise.reject(bug) });
    await expect(call()).rejects.toBe(bug);
  });
});
