import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { refusal, startWorld, type World } from './world.js';

let world: World;
beforeEach(async () => {
  world = await startWorld({ roles: { 42: 'audit' } });
});
afterEach(() => world.close());

const at = { owner: 'acme', repo: 'access' };
const repos = (login = 'root') => world.octokit(login).repos;
const direct = async () =>
  (await repos().listCollaborators({ ...at, affiliation: 'direct' })).data.map(({ login, role_name }) => [
    login,
    role_name,
  ]);

describe('collaborators', () => {
  test('that are direct are all but those who own everything', async () => {
    expect(await direct()).toEqual([
      ['alice', 'write'],
      ['bob', 'write'],
      ['carol', 'write'],
      ['dave', 'read'],
    ]);
  });

  test('are added and changed at once when they are in the organization, and removed', async () => {
    await repos().addCollaborator({ ...at, username: 'dave', permission: 'push' });
    expect(await direct()).toContainEqual(['dave', 'write']);
    await repos().removeCollaborator({ ...at, username: 'dave' });
    expect((await direct()).map(([login]) => login)).not.toContain('dave');
  });

  test('from outside are invited, and are none until they accept', async () => {
    const { status, data } = await repos().addCollaborator({ ...at, username: 'oscar', permission: 'pull' });
    expect(status).toBe(201);
    expect(data).toMatchObject({ invitee: { login: 'oscar' }, permissions: 'read' });
    expect((await direct()).map(([login]) => login)).not.toContain('oscar');
    world.github.acceptInvitation('oscar');
    expect(await direct()).toContainEqual(['oscar', 'read']);
    expect((await repos().listInvitations(at)).data).toEqual([]);
  });

  test('are not invited any more when the invitation is deleted, and are when only the collaborator is', async () => {
    await repos().addCollaborator({ ...at, username: 'oscar', permission: 'pull' });
    await repos().removeCollaborator({ ...at, username: 'oscar' });
    const { data } = await repos().listInvitations(at);
    expect(data).toHaveLength(1);
    await repos().deleteInvitation({ ...at, invitation_id: data[0]?.id as number });
    expect((await repos().listInvitations(at)).data).toEqual([]);
  });

  test('are changed by nobody who does not administer the repository', async () => {
    expect((await refusal(repos('alice').addCollaborator({ ...at, username: 'dave' }))).status).toBe(403);
  });
});

describe('roles of the organization', () => {
  const role = { org: 'acme', role_id: 42 };
  const orgs = () => world.octokit('root').orgs;
  const holders = async () => (await orgs().listOrgRoleUsers(role)).data.map(({ login }) => login);

  test('are given to members, listed, and taken', async () => {
    await orgs().assignUserToOrgRole({ ...role, username: 'alice' });
    await orgs().assignUserToOrgRole({ ...role, username: 'alice' });
    expect(await holders()).toEqual(['alice']);
    await orgs().revokeOrgRoleUser({ ...role, username: 'alice' });
    expect(await holders()).toEqual([]);
  });

  test('are given to nobody outside, and by nobody who does not own the organization', async () => {
    expect((await refusal(orgs().assignUserToOrgRole({ ...role, username: 'oscar' }))).status).toBe(422);
    expect(
      (await refusal(world.octokit('alice').orgs.assignUserToOrgRole({ ...role, username: 'bob' }))).status,
    ).toBe(403);
  });

  test('that are not there are 404', async () => {
    expect((await refusal(orgs().listOrgRoleUsers({ ...role, role_id: 43 }))).status).toBe(404);
  });
});
