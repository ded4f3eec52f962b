import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { refusal, startWorld, type World } from './world.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const teams = () => world.installation().teams;
const dba = { org: 'acme', team_slug: 'dba' };
const members = async (options: object = {}) =>
  (await teams().listMembersInOrg({ ...dba, ...options })).data.map(({ login }) => login);
const membership = (username: string) => teams().getMembershipForUserInOrg({ ...dba, username });
const put = (username: string, role?: 'member' | 'maintainer') =>
  teams().addOrUpdateMembershipForUserInOrg({ ...dba, username, ...(role === undefined ? {} : { role }) });

describe('membership of a team', () => {
  test('is given, read back, and taken', async () => {
    expect((await put('alice')).data).toMatchObject({ role: 'member', state: 'active' });
    expect(await members()).toEqual(['bob', 'alice']);
    expect((await membership('alice')).data).toMatchObject({ role: 'member', state: 'active' });
    expect((await teams().removeMembershipForUserInOrg({ ...dba, username: 'alice' })).status).toBe(204);
    expect(await members()).toEqual(['bob']);
    expect((await refusal(membership('alice'))).status).toBe(404);
  });

  test('given twice is the same, taken twice too', async () => {
    await put('alice');
    await put('alice');
    expect(await members()).toEqual(['bob', 'alice']);
    const take = () => teams().removeMembershipForUserInOrg({ ...dba, username: 'alice' });
    expect([(await take()).status, (await take()).status]).toEqual([204, 204]);
  });

  test('has roles; owners of the organization are maintainers whatever is asked', async () => {
    await put('alice', 'maintainer');
    await put('root', 'member');
    expect(await members({ role: 'maintainer' })).toEqual(['alice', 'root']);
    expect(await members({ role: 'member' })).toEqual(['bob']);
    expect((await membership('root')).data.role).toBe('maintainer');
  });

  test('of somebody outside is an invitation, not a membership, until accepted', async () => {
    expect((await put('oscar')).data.state).toBe('pending');
    expect(await members()).toEqual(['bob']);
    const { data } = await world.installation().orgs.getMembershipForUser({ org: 'acme', username: 'oscar' });
    expect(data.state).toBe('pending');
    world.github.acceptInvitation('oscar');
    expect(await members()).toEqual(['bob', 'oscar']);
  });

  test('of nobody is 404', async () => {
    expect((await refusal(put('no-such-login'))).status).toBe(404);
    expect(
      (await refusal(teams().removeMembershipForUserInOrg({ ...dba, username: 'no-such-login' }))).status,
    ).toBe(404);
  });

  test('follows the account when it is renamed', async () => {
    world.github.rename('bob', 'robert');
    expect(await members()).toEqual(['robert']);
    expect((await refusal(membership('bob'))).status).toBe(404);
  });

  test('ends with the membership of the organization', async () => {
    world.github.leaveOrganization('bob');
    expect(await members()).toEqual([]);
  });
});

describe('a team', () => {
  test('is found by slug and by number; the number stays when it is renamed', async () => {
    const { id } = (await teams().getByName(dba)).data;
    await world.github.renameTeam('dba', 'databases');
    expect((await refusal(teams().getByName(dba))).status).toBe(404);
    const impostor = await world.github.createTeam('dba', ['dave']);
    expect(impostor).not.toBe(id);
    const legacy = await world.installation().request('GET /organizations/{org_id}/team/{team_id}/members', {
      org_id: world.github.organizationId,
      team_id: id,
    });
    expect(legacy.data.map(({ login }: { login: string }) => login)).toEqual(['bob']);
    expect(await members()).toEqual(['dave']);
  });

  test('is listed with its organization', async () => {
    const { data } = await teams().list({ org: 'acme' });
    expect(data.map(({ slug }) => slug)).toEqual(['dba', 'security']);
    const full = (await teams().getByName(dba)).data;
    expect(full).toMatchObject({
      members_count: 1,
      organization: { login: 'acme', id: world.github.organizationId },
    });
    await world.github.deleteTeam('security');
    expect((await teams().list({ org: 'acme' })).data).toHaveLength(1);
  });

  test('has pages of members', async () => {
    for (const login of ['alice', 'carol', 'dave']) await put(login);
    expect(await members({ per_page: 3 })).toHaveLength(3);
    expect(await members({ per_page: 3, page: 2 })).toHaveLength(1);
  });
});

test('members of the organization', async () => {
  const { data } = await world.installation().orgs.listMembers({ org: 'acme', role: 'admin' });
  expect(data.map(({ login }) => login)).toEqual(['root']);
  const check = (username: string) =>
    world.installation().orgs.checkMembershipForUser({ org: 'acme', username });
  expect((await check('alice')).status).toBe(204);
  expect((await refusal(check('oscar'))).status).toBe(404);
});

test('an account is found by login and by number', async () => {
  const users = world.installation().users;
  expect((await users.getByUsername({ username: 'ALICE' })).data.id).toBe(1001);
  expect((await users.getById({ account_id: 1001 })).data.login).toBe('alice');
  world.github.ghost('alice');
  expect((await refusal(users.getByUsername({ username: 'alice' }))).status).toBe(404);
  expect((await refusal(users.getById({ account_id: 1001 }))).status).toBe(404);
});
