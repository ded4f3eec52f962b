import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../../src/adapters/providers/deps.js';
import type { Holding } from '../../../../src/core/grant.js';
import { startToldServer, type ToldServer } from '../../http/told-server.js';
import { GROUPS, now, openOkta, PEOPLE, startOkta } from './world.js';

const alice: Holding = { target: 'okta', subject: PEOPLE.alice, grant: { group: GROUPS.readers } };
const fault = (work: Promise<unknown> | undefined): Promise<unknown> =>
  (work ?? Promise.resolve()).catch((thrown: unknown) => thrown);

describe('on an emulator', () => {
  let okta: Awaited<ReturnType<typeof startOkta>>;
  beforeEach(async () => {
    okta = await startOkta();
  });
  afterEach(() => okta.close());

  it('grants no group whose members come from elsewhere', async () => {
    const provider = await okta.open();
    const foreign = { ...alice, grant: { group: GROUPS.builtIn } };
    for (const work of [() => provider.preflight?.(foreign), () => provider.grant(foreign, now, 'key')])
      expect(await fault(work())).toMatchObject({ fault: 'blocked', code: 'foreign_group' });
    expect(okta.calls.filter((call) => !call.startsWith('GET'))).toEqual([]);
  });

  it('grants nothing to somebody who is not active', async () => {
    const gone = { ...alice, subject: 'gone@example.com' };
    expect(await fault((await okta.open()).grant(gone, now, 'key'))).toMatchObject({
      code: 'unknown_subject',
    });
  });

  it('has nothing to take in a group that was deleted', async () => {
    const provider = await okta.open();
    const { receipt } = await provider.grant(alice, now, 'key');
    await okta.call('DELETE', `groups/${GROUPS.readers}`);
    expect(await provider.revoke(alice, receipt)).toEqual({ changed: false });
    expect(await provider.observe([alice])).toMatchObject({ complete: true, held: [] });
    expect(await fault(provider.grant(alice, now, 'key'))).toMatchObject({ code: 'unknown_group' });
  });

  it('discovers groups of Okta’s own', async () => {
    expect(await (await okta.open()).discover?.()).toEqual(
      ['readers', 'writers', 'victims'].map((name) => ({
        title: name,
        grant: { group: GROUPS[name as keyof typeof GROUPS] },
      })),
    );
  });
});

describe('on a server that is told what to answer', () => {
  let server: ToldServer;
  let answers: ToldServer['answers'];
  const open = (connection: Connection = {}) => openOkta(server.url, { token: 't', ...connection });
  const person = (id: string, login: string) => ({ id, status: 'ACTIVE', profile: { login } });
  const MEMBERS = `GET /api/v1/groups/${GROUPS.readers}/users?limit=200`;
  const writes = () => server.writes();

  beforeEach(async () => {
    server = await startToldServer();
    answers = server.answers;
    Object.assign(answers, {
      [`GET /api/v1/groups/${GROUPS.readers}`]: { body: { id: GROUPS.readers, type: 'OKTA_GROUP' } },
      'GET /api/v1/users/alice%40example.com': { body: person('00ualice', PEOPLE.alice) },
      [MEMBERS]: { body: [] },
    });
  });
  afterEach(() => server.close());

  it('takes nobody for the person whom Okta found by half of a login', async () => {
    answers['GET /api/v1/users/alice%40example.com'] = { body: person('00umallory', 'alice@evil.example') };
    expect(await fault((await open()).grant(alice, now, 'key'))).toMatchObject({ code: 'unknown_subject' });
    expect(writes()).toEqual([]);
  });

  it('takes out whoever has the id, whatever they are called now', async () => {
    answers[MEMBERS] = {
      body: [person('00ualice', 'alice.smith@example.com'), person('00uother', PEOPLE.alice)],
    };
    answers['GET /api/v1/users/alice%40example.com'] = { body: person('00uother', PEOPLE.alice) };
    answers[`DELETE /api/v1/groups/${GROUPS.readers}/users/00ualice`] = { status: 204 };
    expect(await (await open()).revoke(alice, { user: '00ualice' })).toEqual({ changed: true });
    expect(writes()).toEqual([`DELETE /api/v1/groups/${GROUPS.readers}/users/00ualice`]);
  });

  it('takes out nobody by a receipt that is none', async () => {
    answers[MEMBERS] = { body: [person('../../users/00uother', PEOPLE.bob)] };
    expect(await (await open()).revoke(alice, { user: '../../users/00uother' })).toEqual({ changed: false });
    expect(writes()).toEqual([]);
  });

  it('clears sessions and tokens where it is told to, also when it was cut off before', async () => {
    const clear = 'DELETE /api/v1/users/00ualice/sessions?oauthTokens=true';
    answers[clear] = { status: 204 };
    const provider = await open({ sessions: 'clear' });
    expect(await provider.revoke(alice, { user: '00ualice' })).toEqual({ changed: false });
    expect(writes()).toEqual([clear]);
    await (await open()).revoke(alice, { user: '00ualice' });
    expect(writes()).toEqual([clear]);
  });

  it('reads members to the last page, on no other server', async () => {
    const next = `/api/v1/groups/${GROUPS.readers}/users?after=1&limit=200`;
    answers[MEMBERS] = {
      body: [person('00ubob', PEOPLE.bob)],
      headers: { link: `<${server.url}${MEMBERS.slice(4)}>; rel="self", <${server.url}${next}>; rel="next"` },
    };
    answers[`GET ${next}`] = { body: [person('00ualice', PEOPLE.alice)] };
    expect((await (await open()).observe([alice])).held).toHaveLength(2);
    answers[MEMBERS] = { body: [], headers: { link: '<https://evil.example/api>; rel="next"' } };
    expect(await fault((await open()).observe([alice]))).toMatchObject({
      fault: 'blocked',
      code: 'redirected',
    });
  });

  it.each([
    [
      { status: 429, headers: { 'x-rate-limit-reset': '1795348830', date: 'Sun, 22 Nov 2026 12:00:00 GMT' } },
      { code: 'limited', after: 30 },
    ],
    [{ status: 429 }, { code: 'limited', after: 60 }],
    [
      { status: 429, headers: { 'x-rate-limit-reset': 'soon' } },
      { code: 'limited', after: 60 },
    ],
    [{ status: 503 }, { fault: 'retry', code: 'unavailable' }],
    [
      { status: 403, body: { errorCode: 'E0000006' } },
      { fault: 'blocked', code: 'forbidden' },
    ],
    [{ body: {} }, { fault: 'retry', code: 'no_list' }],
    [{ body: [{ id: 'x' }] }, { fault: 'retry', code: 'no_person' }],
    [{ body: [null] }, { fault: 'retry', code: 'no_person' }],
  ])('takes %j for what it is', async (reply, expected) => {
    answers[MEMBERS] = reply;
    const provider = await open();
    for (const work of [
      () => provider.observe([alice]),
      () => provider.grant(alice, now, 'key'),
      () => provider.revoke(alice, null),
    ])
      expect(await fault(work())).toMatchObject(expected);
    expect(writes()).toEqual([]);
  });

  it('does not call a group deleted that is still listed', async () => {
    answers[MEMBERS] = { status: 404 };
    answers['GET /api/v1/groups?limit=200'] = { body: [{ id: GROUPS.readers, type: 'OKTA_GROUP' }] };
    expect(await fault((await open()).observe([alice]))).toMatchObject({ fault: 'retry', code: 'not_found' });
  });
});
