import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../../src/adapters/providers/deps.js';
import { createProvider } from '../../../../src/adapters/providers/scim/provider.js';
import type { Holding } from '../../../../src/core/grant.js';
import type { Instant } from '../../../../src/core/time.js';
import type { Provider } from '../../../../src/ports/provider.js';
import { type OddServer, startOddServer } from './odd-server.js';
import { TOKEN } from './scimmy.js';

const now = '2026-11-22T12:00:00Z' as Instant;
const alice: Holding = { target: 'idp', subject: 'alice', grant: { group: 'dba' } };

let server: OddServer;
let ids: { alice: string; bob: string; dba: string; other: string };

beforeEach(async () => {
  server = await startOddServer();
  ids = {
    bob: server.addUser('bob'),
    alice: server.addUser('alice'),
    other: server.addGroup('other'),
    dba: server.addGroup('dba'),
  };
});
afterEach(() => server.close());

function open(connection: Connection = {}): Promise<Provider> {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const deps = { target: 'idp', clock: { now: () => now }, log };
  return createProvider({ url: server.url, token: TOKEN, ...connection }, deps);
}

const fault = (work: Promise<unknown> | undefined): Promise<unknown> =>
  (work ?? Promise.resolve()).catch((thrown: unknown) => thrown);
const grant = async (connection?: Connection, holding = alice) =>
  (await open(connection)).grant(holding, now, 'key');
const members = (id: string) => server.directory.groups.get(id)?.members.map(({ value }) => value);
const everything = () => Object.values(members(ids.dba) ?? []).concat(members(ids.other) ?? []);

describe('a server that ignores filters', () => {
  beforeEach(() => {
    server.odd.ignoresFilter = true;
  });

  it('has the right person in the right group all the same', async () => {
    expect(await grant()).toMatchObject({ changed: true, receipt: { group: ids.dba, user: ids.alice } });
    expect([members(ids.dba), members(ids.other)]).toEqual([[ids.alice], []]);
  });

  it('is not believed when it hides members, since everybody would be in', async () => {
    server.odd.hidesMembers = true;
    expect(await fault(grant({ members: 'hidden' }))).toMatchObject({ code: 'filter_ignored' });
    expect(everything()).toEqual([]);
  });
});

describe('a server that hides members, without the setting that says so', () => {
  beforeEach(() => {
    server.odd.hidesMembers = true;
  });

  it('keeps nobody whom it does not show', async () => {
    expect(await fault(grant())).toMatchObject({ fault: 'blocked', code: 'not_shown' });
    expect(everything()).toEqual([]);
  });

  it('has taken out whom it does not show', async () => {
    server.directory.groups.get(ids.dba)?.members.push({ value: ids.alice });
    await (await open()).revoke(alice, null);
    expect(everything()).toEqual([]);
  });
});

describe('a server that says yes and does nothing', () => {
  it('has granted nothing', async () => {
    server.odd.doesNothing = true;
    expect(await fault(grant())).toMatchObject({ code: 'not_shown' });
  });
});

describe('a server that adds whoever is in it already', () => {
  it('has everybody in it once, and nobody after the end', async () => {
    server.odd.addsTwice = true;
    const provider = await open();
    for (let time = 0; time < 3; time += 1) await provider.grant(alice, now, 'key');
    expect(members(ids.dba)).toEqual([ids.alice]);
    server.directory.groups.get(ids.dba)?.members.push({ value: ids.alice });
    expect((await provider.observe([alice])).held).toHaveLength(1);
    expect(await provider.revoke(alice, null)).toEqual({ changed: true });
    expect(members(ids.dba)).toEqual([]);
  });
});

describe('a server with versions', () => {
  beforeEach(() => {
    server.odd.versions = true;
  });

  it('is told which one a grant was decided on', async () => {
    await grant();
    expect(server.patches).toMatchObject([{ version: 'W/"0"' }]);
  });

  it('is asked again when somebody else was faster, but never keeps an end waiting', async () => {
    const provider = await open();
    await provider.grant(alice, now, 'key');
    await provider.revoke(alice, null);
    expect(server.patches.at(-1)).toEqual({
      operation: { op: 'remove', path: `members[value eq "${ids.alice}"]` },
      version: undefined,
    });
    server.odd.answer = (response) => response.writeHead(412).end('{}');
    expect(await fault(grant())).toMatchObject({ fault: 'retry', code: 'changed_meanwhile' });
  });
});

describe('a server that answers with something else', () => {
  const ANSWERS: readonly (readonly [string, (response: ServerResponse) => void, object])[] = [
    [
      'a redirect',
      (r) => r.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      { code: 'redirected' },
    ],
    ['17 MB', (r) => r.end(' '.repeat(17_000_000)), { code: 'answer_too_large' }],
    ['too many', (r) => r.writeHead(429, { 'retry-after': '7' }).end(), { code: 'limited', after: 7 }],
    ['an error', (r) => r.writeHead(502).end(), { fault: 'retry' }],
    ['a page for people', (r) => r.end('<html>'), { code: 'no_json' }],
    ['nothing', (r) => r.end(), { code: 'no_json' }],
    ['a list without a count', (r) => r.end('{"Resources":[]}'), { code: 'no_list' }],
    ['no list', (r) => r.end('{"totalResults":1,"Resources":{}}'), { code: 'no_list' }],
    ['half of a list', (r) => r.end('{"totalResults":2,"Resources":[{"id":"u-1"}]}'), { code: 'no_list' }],
    [
      'a list of what is nothing',
      (r) => r.end('{"totalResults":1,"Resources":[null]}'),
      { code: 'no_resource' },
    ],
    ['what has no id', (r) => r.end('{"totalResults":1,"Resources":[{}]}'), { code: 'no_resource' }],
  ];

  it.each(ANSWERS)('%s', async (_what, answer, expected) => {
    server.odd.answer = answer;
    const provider = await open();
    for (const work of [
      () => provider.observe([alice]),
      () => provider.grant(alice, now, 'key'),
      () => provider.revoke(alice, { group: ids.dba, user: ids.alice }),
    ])
      expect(await fault(work())).toMatchObject(expected);
  });

  it('says no more than the start of it, in print', async () => {
    server.odd.answer = (response) => response.writeHead(400).end(`\u001b[2J${'no '.repeat(500)}`);
    const error = String(await fault(grant()));
    expect(error).toMatch(/^[\x20-\x7e]{1,260}$/);
  });
});

describe('pages', () => {
  it('are read to the last', async () => {
    server.odd.pageSize = 1;
    server.odd.ignoresFilter = true;
    expect(await grant()).toMatchObject({ changed: true });
  });

  it('that are always the same are no list', async () => {
    server.odd.pageSize = 1;
    server.odd.ignoresFilter = true;
    server.odd.ignoresStartIndex = true;
    expect(await fault(grant())).toMatchObject({ fault: 'retry', code: 'no_list' });
    expect(server.calls.length).toBeLessThan(10);
  });
});

describe('names', () => {
  it.each([
    ['another spelling of the group', { ...alice, grant: { group: 'DBA' } }, 'unknown_group'],
    ['another spelling of the person', { ...alice, subject: 'Alice' }, 'unknown_subject'],
  ])('are compared exactly: %s', async (_what, holding, code) => {
    expect(await fault(grant({}, holding))).toMatchObject({ code });
  });

  it('that two groups have mean neither', async () => {
    server.addGroup('dba');
    expect(await fault(grant())).toMatchObject({ code: 'ambiguous' });
    expect(await grant({}, { ...alice, grant: { group: 'dba', id: ids.dba } })).toMatchObject({
      changed: true,
    });
  });

  it('that another group took over are not followed', async () => {
    const pinned = { ...alice, grant: { group: 'dba', id: ids.dba } };
    const dba = server.directory.groups.get(ids.dba);
    if (dba !== undefined) dba.displayName = 'old dba';
    server.addGroup('dba');
    expect(await fault(grant({}, pinned))).toMatchObject({ code: 'unknown_group' });
  });

  it('of people who are not active are nobody', async () => {
    server.addUser('carol', { active: false });
    expect(await fault(grant({}, { ...alice, subject: 'carol' }))).toMatchObject({ code: 'unknown_subject' });
  });
});

describe('an end', () => {
  it('of what an empty group may or may not hold changes nothing, and is no fault', async () => {
    expect(await (await open()).revoke(alice, null)).toEqual({ changed: false });
    expect(server.patches).toHaveLength(1);
  });

  it('follows the group and the person by their ids', async () => {
    const provider = await open();
    const { receipt } = await provider.grant(alice, now, 'key');
    const [user, group] = [server.directory.users.get(ids.alice), server.directory.groups.get(ids.dba)];
    if (user !== undefined) user.userName = 'alice.smith';
    if (group !== undefined) group.displayName = 'databases';
    const [impostor, takenOver] = [server.addUser('alice'), server.addGroup('dba')];
    server.directory.groups.get(takenOver)?.members.push({ value: impostor });
    expect(await provider.revoke(alice, receipt)).toEqual({ changed: true });
    expect([members(ids.dba), members(takenOver)]).toEqual([[], [impostor]]);
  });

  it('has nothing to take in a group that was deleted', async () => {
    const provider = await open();
    const { receipt } = await provider.grant(alice, now, 'key');
    server.directory.groups.delete(ids.dba);
    expect(await provider.revoke(alice, receipt)).toEqual({ changed: false });
    // By its name alone, nobody knows whether it was only renamed.
    expect(await fault(provider.revoke(alice, null))).toMatchObject({ code: 'unknown_group' });
    expect(await provider.observe([alice])).toMatchObject({ complete: false, held: [] });
  });

  it('leaves everybody else where they are', async () => {
    server.directory.groups.get(ids.dba)?.members.push({ value: ids.bob });
    const provider = await open();
    const { receipt } = await provider.grant(alice, now, 'key');
    await provider.revoke(alice, receipt);
    expect(members(ids.dba)).toEqual([ids.bob]);
  });
});

describe('what is looked at', () => {
  it('leaves out groups within the group, whose ids are no people’s', async () => {
    server.directory.groups.get(ids.dba)?.members.push({ value: ids.alice, type: 'Group' });
    expect((await (await open()).observe([alice])).held).toEqual([]);
  });

  it('is everybody’s only where nobody is left out', async () => {
    const others = Array.from({ length: 201 }, (_, number) => server.addUser(`p${number}`));
    server.directory.groups
      .get(ids.dba)
      ?.members.push(...others.map((value) => ({ value })), { value: ids.alice });
    const provider = await open();
    expect(await provider.observe([alice])).toMatchObject({ complete: true, held: [{ holding: alice }] });
    expect(await provider.observe([alice], [alice.grant])).toMatchObject({ complete: false });
  });

  it('is not everybody where somebody has no name', async () => {
    server.directory.groups.get(ids.dba)?.members.push({ value: 'u-gone' });
    const provider = await open();
    expect(await provider.observe([alice])).toMatchObject({ complete: true, held: [] });
    expect(await provider.observe([], [alice.grant])).toMatchObject({ complete: false, held: [] });
  });

  it('is never written as a whole', async () => {
    const provider = await open();
    await provider.preflight?.(alice);
    await provider.grant(alice, now, 'key');
    await provider.revoke(alice, null);
    expect([...new Set(server.calls.map((call) => call.split(' ')[0]))]).toEqual(['GET', 'PATCH']);
  });
});

describe('a server that only takes whole groups', () => {
  it('is no target', async () => {
    server.odd.noPatch = true;
    expect(await fault((await open()).preflight?.(alice))).toMatchObject({ code: 'no_patch' });
  });
});

describe('discovering', () => {
  it('lists groups that a catalog may name, with their ids', async () => {
    server.addGroup('say "hi"');
    expect(await (await open()).discover?.()).toEqual([
      { title: 'other', grant: { group: 'other', id: ids.other } },
      { title: 'dba', grant: { group: 'dba', id: ids.dba } },
    ]);
  });
});
