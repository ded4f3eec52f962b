import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProvider } from '../../../../src/adapters/providers/github/provider.js';
import type { Holding } from '../../../../src/core/grant.js';
import type { Instant } from '../../../../src/core/time.js';
import type { Provider } from '../../../../src/ports/provider.js';
import { startToldServer, type ToldServer } from '../../http/told-server.js';

const now = '2026-11-22T12:00:00Z' as Instant;
const push: Holding = {
  target: 'acme',
  subject: 'Alice',
  grant: { repository: 'orders', permission: 'push' },
};
const audit: Holding = { target: 'acme', subject: 'Alice', grant: { organization_role: 42 } };

const PEOPLE = '/repos/acme/orders/collaborators';
const DIRECT = `GET ${PEOPLE}?affiliation=direct&per_page=100`;
const INVITATIONS = 'GET /repos/acme/orders/invitations?per_page=100';
const HOLDERS = 'GET /orgs/acme/organization-roles/42/users?per_page=100';
const ORDERS = { id: 7, name: 'orders', owner: { login: 'acme' } };

let server: ToldServer;
let provider: Provider;

const may = (...permissions: string[]) => Object.fromEntries(permissions.map((one) => [one, true]));
const person = (login: string, id: number, permissions: object = may('pull')) => ({ login, id, permissions });
const fault = (work: Promise<unknown> | undefined): Promise<unknown> =>
  (work ?? Promise.resolve()).catch((thrown: unknown) => thrown);

beforeEach(async () => {
  server = await startToldServer();
  Object.assign(server.answers, {
    'GET /repos/acme/orders': { body: ORDERS },
    'GET /repositories/7': { body: ORDERS },
    'GET /orgs/acme/members/Alice': { status: 204 },
    'GET /users/Alice': { body: { login: 'alice', id: 1001 } },
    [DIRECT]: { body: [person('bob', 1002)] },
    [INVITATIONS]: { body: [] },
    [HOLDERS]: { body: [] },
  });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  provider = await createProvider(
    { organization: 'acme', token: 't', url: server.url },
    { target: 'acme', clock: { now: () => now }, log },
  );
});
afterEach(() => server.close());

describe('a collaborator', () => {
  it('is added with what was asked for, once it is known who it is', async () => {
    server.answers[`PUT ${PEOPLE}/Alice`] = { status: 204 };
    expect(await provider.grant(push, now, 'key')).toEqual({
      changed: true,
      preexisting: false,
      receipt: { repository: 7, user: 1001 },
    });
    expect(server.bodies).toEqual([{ permission: 'push' }]);
  });

  it('is nobody who would only be invited', async () => {
    server.answers['GET /orgs/acme/members/Alice'] = { status: 404 };
    for (const work of [() => provider.preflight?.(push), () => provider.grant(push, now, 'key')])
      expect(await fault(work())).toMatchObject({ fault: 'blocked', code: 'unknown_subject' });
    expect(server.writes()).toEqual([]);
  });

  it('whom GitHub invited all the same is not granted, and the invitation is withdrawn', async () => {
    server.answers[`PUT ${PEOPLE}/Alice`] = { status: 201, body: { id: 5 } };
    server.answers[INVITATIONS] = {
      body: [
        { id: 4, invitee: { login: 'bob' } },
        { id: 5, invitee: { login: 'alice' } },
        { id: 6, invitee: null },
      ],
    };
    server.answers['DELETE /repos/acme/orders/invitations/5'] = { status: 204 };
    expect(await fault(provider.grant(push, now, 'key'))).toMatchObject({
      fault: 'blocked',
      code: 'not_active',
    });
    expect(server.writes().at(-1)).toBe('DELETE /repos/acme/orders/invitations/5');
  });

  it('who has as much already keeps it', async () => {
    server.answers[DIRECT] = {
      body: [person('alice', 1001, may('pull', 'triage', 'push', 'maintain', 'admin'))],
    };
    expect(await provider.grant(push, now, 'key')).toMatchObject({ changed: false, preexisting: true });
    expect(server.writes()).toEqual([]);
  });

  it('who has less is not raised, since nothing would lower them again', async () => {
    server.answers[DIRECT] = { body: [person('alice', 1001, may('pull'))] };
    for (const work of [() => provider.preflight?.(push), () => provider.grant(push, now, 'key')])
      expect(await fault(work())).toMatchObject({ fault: 'blocked', code: 'holds_less' });
    expect((await provider.observe([push])).held).toEqual([]);
    expect(server.writes()).toEqual([]);
  });

  it('is taken out by number, wherever the repository is now', async () => {
    const moved = '/repos/acme/shop/collaborators';
    server.answers['GET /repositories/7'] = { body: { ...ORDERS, name: 'shop' } };
    server.answers[`GET ${moved}?affiliation=direct&per_page=100`] = {
      body: [person('alice', 6666, may('push')), person('alice-smith', 1001, may('push'))],
    };
    server.answers['GET /repos/acme/shop/invitations?per_page=100'] = { body: [] };
    server.answers[`DELETE ${moved}/alice-smith`] = { status: 204 };
    expect(await provider.revoke(push, { repository: 7, user: 1001 })).toEqual({ changed: true });
    expect(server.writes()).toEqual([`DELETE ${moved}/alice-smith`]);
  });

  it('has an open invitation withdrawn at the end, so that it cannot be accepted afterwards', async () => {
    server.answers[INVITATIONS] = { body: [{ id: 9, invitee: { login: 'ALICE' } }] };
    server.answers['DELETE /repos/acme/orders/invitations/9'] = { status: 204 };
    expect(await provider.revoke(push, null)).toEqual({ changed: true });
    expect(server.writes()).toEqual(['DELETE /repos/acme/orders/invitations/9']);
  });

  it('is not called gone where GitHub says 404, which it says to whoever may not look', async () => {
    server.answers['GET /repos/acme/orders'] = { status: 404 };
    server.answers['GET /repositories/7'] = { status: 404 };
    expect(await fault(provider.revoke(push, null))).toMatchObject({ code: 'unknown_repository' });
    expect(await fault(provider.revoke(push, { repository: 7, user: 1001 }))).toMatchObject({
      code: 'unknown_repository',
    });
    expect(await provider.observe([push, audit])).toMatchObject({ complete: false, held: [] });
  });

  it('is seen in a repository that was renamed where the catalog has its number', async () => {
    server.answers['GET /repos/acme/orders'] = {
      status: 301,
      headers: { location: `${server.url}/repositories/7` },
    };
    expect(await provider.observe([push])).toMatchObject({ complete: false });
    const pinned = { ...push, grant: { ...push.grant, id: 7 } };
    server.answers['GET /repositories/7'] = { body: { ...ORDERS, name: 'shop' } };
    server.answers['GET /repos/acme/shop/collaborators?affiliation=direct&per_page=100'] = {
      body: [person('alice', 1001, may('pull', 'push'))],
    };
    expect(await provider.observe([pinned])).toMatchObject({ complete: true, held: [{ holding: pinned }] });
    for (const holding of [push, pinned])
      expect(await fault(provider.grant(holding, now, 'key'))).toMatchObject({ code: 'unknown_repository' });
    expect(server.writes()).toEqual([]);
  });

  it('is not looked for under a name that another repository took over', async () => {
    server.answers['GET /repos/acme/orders'] = { body: { ...ORDERS, name: 'other' } };
    expect(await fault(provider.grant(push, now, 'key'))).toMatchObject({ code: 'unknown_repository' });
  });
});

describe('a role of the organization', () => {
  const ASSIGN = '/orgs/acme/organization-roles/users/Alice/42';

  it('is assigned and withdrawn', async () => {
    server.answers[`PUT ${ASSIGN}`] = { status: 204 };
    expect(await provider.grant(audit, now, 'key')).toMatchObject({ changed: true, receipt: { user: 1001 } });
    server.answers[HOLDERS] = { body: [{ login: 'alice-smith', id: 1001, assignment: 'direct' }] };
    server.answers['DELETE /orgs/acme/organization-roles/users/alice-smith/42'] = { status: 204 };
    expect(await provider.revoke(audit, { user: 1001 })).toEqual({ changed: true });
  });

  it('that a team gives is standing, and stays', async () => {
    server.answers[HOLDERS] = { body: [{ login: 'alice', id: 1001, assignment: 'indirect' }] };
    expect(await provider.grant(audit, now, 'key')).toMatchObject({ changed: false, preexisting: true });
    expect((await provider.observe([audit])).held).toMatchObject([{ holding: audit, managed: 'no' }]);
    expect(await provider.revoke(audit, null)).toEqual({ changed: false });
    expect(server.writes()).toEqual([]);
  });

  it('that a team gives as well is ours to withdraw', async () => {
    server.answers[HOLDERS] = { body: [{ login: 'alice', id: 1001, assignment: 'mixed' }] };
    server.answers['DELETE /orgs/acme/organization-roles/users/alice/42'] = { status: 204 };
    expect(await provider.revoke(audit, null)).toEqual({ changed: true });
  });

  it('that is not there is not granted', async () => {
    server.answers[HOLDERS] = { status: 404 };
    expect(await fault(provider.preflight?.(audit))).toMatchObject({
      fault: 'blocked',
      code: 'unknown_role',
    });
  });
});

describe('an answer', () => {
  it.each([
    [
      { status: 403, headers: { 'retry-after': '7' } },
      { code: 'limited', after: 7 },
    ],
    [
      {
        status: 403,
        headers: {
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': String(Date.parse('2026-11-22T12:01:00Z') / 1_000),
          date: 'Sun, 22 Nov 2026 12:00:05 GMT',
        },
      },
      { code: 'limited', after: 55 },
    ],
    [
      { status: 403, body: { message: 'You have exceeded a secondary rate limit' } },
      { code: 'limited', after: 60 },
    ],
    [
      { status: 403, body: { message: 'Resource not accessible' } },
      { fault: 'blocked', code: 'forbidden' },
    ],
    [{ status: 502 }, { fault: 'retry', code: 'unavailable' }],
    [
      { status: 301, headers: { location: '/elsewhere' } },
      { fault: 'blocked', code: 'redirected' },
    ],
    [{ body: {} }, { fault: 'retry', code: 'no_list' }],
    [{ body: [{ login: 'alice', id: 1001 }] }, { fault: 'retry', code: 'no_person' }],
    [
      { body: [], headers: { link: '<https://evil.example/x>; rel="next"' } },
      { fault: 'blocked', code: 'redirected' },
    ],
  ])('%j is taken for what it is', async (reply, expected) => {
    server.answers[DIRECT] = reply;
    for (const work of [
      () => provider.observe([push]),
      () => provider.grant(push, now, 'key'),
      () => provider.revoke(push, null),
    ])
      expect(await fault(work())).toMatchObject(expected);
    expect(server.writes()).toEqual([]);
  });

  it('goes on on the next page', async () => {
    const next = `${PEOPLE}?affiliation=direct&page=2`;
    server.answers[DIRECT] = {
      body: [person('bob', 1002)],
      headers: { link: `<${server.url}${next}>; rel="next"` },
    };
    server.answers[`GET ${next}`] = { body: [person('alice', 1001, may('pull', 'push'))] };
    expect((await provider.observe([push])).held).toMatchObject([{ holding: push }]);
  });
});
