import { Octokit } from '@octokit/rest';
import { beforeEach, describe, expect, it } from 'vitest';
import { createProvider } from '../../../../src/adapters/providers/github-team/provider.js';
import type { Json } from '../../../../src/core/entitlement.js';
import type { Holding } from '../../../../src/core/grant.js';
import type { Instant } from '../../../../src/core/time.js';
import { Blocked, Retry } from '../../../../src/ports/fault.js';
import type { Provider } from '../../../../src/ports/provider.js';

const now = '2026-11-22T12:00:00Z' as Instant;
const alice: Holding = { target: 'acme', subject: 'Alice', grant: { team: 'dba' } };

type Reply = { status?: number; body?: unknown; headers?: Record<string, string> };

/** What GitHub answers, by method and path. A call that is not expected fails the test. */
let answers: Record<string, Reply | (() => Reply)>;
let calls: string[];
let bodies: unknown[];
let provider: Provider;

const person = (login: string, id: number, more = {}) => ({ login, id, type: 'User', ...more });
const MEMBERSHIP = '/orgs/acme/teams/dba/memberships/Alice';

beforeEach(async () => {
  calls = [];
  bodies = [];
  answers = {
    'GET /orgs/acme/teams/dba': { body: { id: 42, slug: 'dba' } },
    'GET /orgs/acme/memberships/Alice': { body: { state: 'active', user: person('alice', 1001) } },
    'GET /orgs/acme/teams/dba/members?role=all&per_page=100': { body: [person('bob', 1002)] },
    [`GET ${MEMBERSHIP}`]: { status: 404 },
  };
  const client = new Octokit({
    request: { fetch: answer },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  provider = await createProvider(
    { organization: 'acme' },
    {
      target: 'acme',
      clock: { now: () => now },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      github: async () => client,
    },
  );
});

async function answer(url: string, { method, body: sent }: RequestInit): Promise<Response> {
  const call = `${method} ${url.replace('https://api.github.com', '')}`;
  calls.push(call);
  if (sent !== undefined) bodies.push(JSON.parse(String(sent)));
  const found = answers[call];
  if (found === undefined) throw new Error(`unexpected: ${call}`);
  const { status = 200, body = {}, headers = {} } = typeof found === 'function' ? found() : found;
  return new Response(status === 204 ? null : JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', date: 'Sun, 22 Nov 2026 12:00:05 GMT', ...headers },
  });
}

const writes = () => calls.filter((call) => !call.startsWith('GET'));
const members = (...people: unknown[]) => {
  answers['GET /orgs/acme/teams/dba/members?role=all&per_page=100'] = { body: people };
};
const fault = (call: Promise<unknown> | undefined): Promise<unknown> =>
  (call ?? Promise.resolve()).catch((thrown: unknown) => thrown);

describe('granting a team', () => {
  it('adds a plain member, once it is known who it is', async () => {
    answers[`PUT ${MEMBERSHIP}`] = { body: { state: 'active', role: 'member' } };
    expect(await provider.grant(alice, now, 'key')).toEqual({
      changed: true,
      preexisting: false,
      receipt: { team: 42, user: 1001 },
    });
    expect(bodies).toEqual([{ role: 'member' }]);
  });

  it('never makes a plain member of a maintainer', async () => {
    members(person('alice', 1001, { role: 'maintainer' }));
    expect(await provider.grant(alice, now, 'key')).toMatchObject({ changed: false, preexisting: true });
    expect(writes()).toEqual([]);
  });

  it.each([{ status: 404 }, { body: { state: 'pending', user: person('alice', 1001) } }])(
    'invites nobody to the organization: %j',
    async (reply) => {
      answers['GET /orgs/acme/memberships/Alice'] = reply;
      for (const call of [provider.preflight?.(alice), provider.grant(alice, now, 'key')])
        expect(await fault(call)).toMatchObject({ code: 'unknown_subject' });
      expect(writes()).toEqual([]);
    },
  );

  it('withdraws an invitation that it made all the same', async () => {
    let invited = true;
    answers[`PUT ${MEMBERSHIP}`] = { body: { state: 'pending', role: 'member' } };
    answers[`GET ${MEMBERSHIP}`] = () => (invited ? { body: { state: 'pending' } } : { status: 404 });
    answers[`DELETE ${MEMBERSHIP}`] = () => {
      invited = false;
      return { status: 204 };
    };
    expect(await fault(provider.grant(alice, now, 'key'))).toMatchObject({ code: 'not_active' });
    expect(writes()).toEqual([`PUT ${MEMBERSHIP}`, `DELETE ${MEMBERSHIP}`]);
  });

  it.each(['../bob', 'bob?role=maintainer', 'a'.repeat(40), ''])(
    'asks GitHub nothing about %j',
    async (subject) => {
      expect(await fault(provider.grant({ ...alice, subject }, now, 'key'))).toMatchObject({
        code: 'bad_coordinates',
      });
      expect(calls).toEqual([]);
    },
  );

  it('waits for somebody where an identity provider owns the team', async () => {
    answers[`PUT ${MEMBERSHIP}`] = { status: 403, body: { message: 'This team is externally managed' } };
    expect(await fault(provider.grant(alice, now, 'key'))).toBeInstanceOf(Blocked);
  });

  it.each([
    { headers: { 'retry-after': '7' }, after: 7 },
    {
      headers: {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Date.parse('2026-11-22T12:01:00Z') / 1_000),
      },
      after: 55,
    },
    { body: { message: 'You have exceeded a secondary rate limit' }, after: 60 },
  ])('comes back when GitHub limits it: %j', async ({ after, ...reply }) => {
    answers['GET /orgs/acme/teams/dba'] = { status: 403, ...reply };
    const error = await fault(provider.grant(alice, now, 'key'));
    expect(error).toBeInstanceOf(Retry);
    expect(error).toMatchObject({ after });
  });

  it.each([500, 502, 409])('tries again after %i', async (status) => {
    answers['GET /orgs/acme/teams/dba'] = { status };
    expect(await fault(provider.grant(alice, now, 'key'))).toBeInstanceOf(Retry);
  });

  it('grants no other team that took over the name', async () => {
    const pinned = { ...alice, grant: { team: 'dba', id: 7 } };
    answers['GET /orgs/acme/teams?per_page=100'] = {
      body: [
        { id: 42, slug: 'dba' },
        { id: 7, slug: 'dba-old' },
      ],
    };
    expect(await fault(provider.grant(pinned, now, 'key'))).toMatchObject({ code: 'unknown_team' });
    expect(writes()).toEqual([]);
  });
});

describe('taking a team away', () => {
  const revoke = (receipt: Json = { team: 42, user: 1001 }) => provider.revoke(alice, receipt);

  it('goes by number, so a new login is followed', async () => {
    members(person('alice-smith', 1001), person('alice', 6666));
    answers['DELETE /orgs/acme/teams/dba/memberships/alice-smith'] = { status: 204 };
    expect(await revoke()).toEqual({ changed: true });
  });

  it('leaves somebody else alone who took over the login', async () => {
    members(person('alice', 6666));
    expect(await revoke()).toEqual({ changed: false });
    expect(writes()).toEqual([]);
  });

  it('follows a team to its new name', async () => {
    answers['GET /orgs/acme/teams/dba'] = { status: 404 };
    answers['GET /orgs/acme/teams?per_page=100'] = { body: [{ id: 42, slug: 'data' }] };
    answers['GET /orgs/acme/teams/data/members?role=all&per_page=100'] = { body: [person('alice', 1001)] };
    answers['DELETE /orgs/acme/teams/data/memberships/alice'] = { status: 204 };
    expect(await revoke()).toEqual({ changed: true });
  });

  it('has nothing to take in a team that was deleted', async () => {
    answers['GET /orgs/acme/teams/dba'] = { status: 404 };
    answers['GET /orgs/acme/teams?per_page=100'] = { body: [{ id: 43, slug: 'other' }] };
    expect(await revoke()).toEqual({ changed: false });
    expect(await fault(revoke(null))).toMatchObject({ code: 'unknown_team' });
  });

  it('takes a member of a child team for standing', async () => {
    members(person('alice', 1001, { inherited: true }));
    expect(await revoke()).toEqual({ changed: false });
    const { held } = await provider.observe([alice]);
    expect(held).toMatchObject([{ holding: alice, managed: 'no' }]);
  });

  it('reads the list to its last page', async () => {
    const first = 'GET /orgs/acme/teams/dba/members?role=all&per_page=100';
    const second = '/orgs/acme/teams/dba/members?role=all&per_page=100&page=2';
    answers[first] = {
      body: [person('bob', 1002)],
      headers: { link: `<https://api.github.com${second}>; rel="next"` },
    };
    answers[`GET ${second}`] = { body: [person('alice', 1001)] };
    answers['DELETE /orgs/acme/teams/dba/memberships/alice'] = { status: 404 };
    expect((await provider.observe([alice])).held).toHaveLength(2);
    expect(await revoke()).toEqual({ changed: true });
  });

  it('cancels an invitation that outlives the membership', async () => {
    answers[`GET ${MEMBERSHIP}`] = { body: { state: 'pending' } };
    answers[`DELETE ${MEMBERSHIP}`] = { status: 204 };
    answers['GET /orgs/acme/teams/dba/invitations?per_page=100'] = {
      body: [
        { id: 1, login: 'bob' },
        { id: 2, login: null },
        { id: 3, login: 'alice' },
      ],
    };
    answers['DELETE /orgs/acme/invitations/3'] = { status: 204 };
    expect(await revoke()).toEqual({ changed: true });
    expect(writes()).toEqual([`DELETE ${MEMBERSHIP}`, 'DELETE /orgs/acme/invitations/3']);
  });
});

describe('observing teams', () => {
  it('writes logins as they were asked about, and tells GitHub’s time', async () => {
    members(person('ALICE', 1001), person('bob', 1002));
    expect(await provider.observe([alice])).toEqual({
      complete: true,
      held: [
        { holding: alice, managed: 'unknown' },
        { holding: { ...alice, subject: 'bob' }, managed: 'unknown' },
      ],
      clock: '2026-11-22T12:00:05Z',
    });
  });

  it('takes an answer that is no list for no answer', async () => {
    answers['GET /orgs/acme/teams/dba/members?role=all&per_page=100'] = { body: { message: 'hm' } };
    expect(await fault(provider.observe([alice]))).toBeInstanceOf(Retry);
    members({ login: 'alice' });
    expect(await fault(provider.observe([alice]))).toBeInstanceOf(Retry);
  });

  it('knows that a pinned team which is in no list holds nobody', async () => {
    answers['GET /orgs/acme/teams/dba'] = { status: 404 };
    answers['GET /orgs/acme/teams?per_page=100'] = { body: [] };
    const pinned = { ...alice, grant: { team: 'dba', id: 7 } };
    expect(await provider.observe([pinned])).toMatchObject({ complete: true, held: [] });
    expect(await provider.observe([alice])).toMatchObject({ complete: false, held: [] });
  });
});

describe('without a GitHub App', () => {
  it('waits for one', async () => {
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const without = await createProvider(
      { organization: 'acme' },
      { target: 'acme', clock: { now: () => now }, log },
    );
    expect(await fault(without.observe([alice]))).toMatchObject({ code: 'no_github' });
  });
});
