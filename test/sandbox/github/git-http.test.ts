import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { APP_ID, INSTALLATION_ID, repo, startWorld, type World } from './world.js';

const run = promisify(execFile);
let world: World;
beforeEach(async () => {
  world = await startWorld({ allowForks: true });
});
afterEach(() => world.close());

const identity = ['-c', 'user.name=somebody', '-c', 'user.email=bob@example.com'];
const environment = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
};

/** Plain git. @returns what it printed on both channels, and whether it succeeded. */
async function git(...args: string[]): Promise<{ ok: boolean; text: string }> {
  try {
    const { stdout, stderr } = await run('git', [...identity, ...args], { env: environment });
    return { ok: true, text: stdout + stderr };
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return { ok: false, text: stdout + stderr };
  }
}

function remote(password: string, path = 'acme/access.git', user = 'x-access-token'): string {
  const url = new URL(`${world.github.url}/${path}`);
  url.username = user;
  url.password = password;
  return url.href;
}

const token = (login: string) => world.github.token(login);
const installationToken = async () =>
  (await world.app().apps.createInstallationAccessToken({ installation_id: INSTALLATION_ID })).data.token;
const clone = (dir: string) => `${world.dir}/${dir}`;

async function cloned(login: string): Promise<(...args: string[]) => ReturnType<typeof git>> {
  const dir = clone(login);
  expect(await git('clone', '-q', remote(token(login)), dir)).toMatchObject({ ok: true });
  return (...args) => git('-C', dir, ...args);
}

async function committed(
  at: (...args: string[]) => ReturnType<typeof git>,
  message: string,
): Promise<string> {
  await at('commit', '-q', '--allow-empty', '-m', message);
  return (await at('rev-parse', 'HEAD')).text.trim();
}

describe('clone and fetch', () => {
  test.each([
    ['nobody', () => world.github.cloneUrl],
    ['a bad token', () => remote('ghp_nonsense')],
    ['a stranger', () => remote(token('oscar'))],
    ['another repository', () => remote(token('alice'), 'acme/other.git')],
  ])('are refused to %s', async (_name, url) => {
    expect((await git('clone', '-q', url(), clone('none'))).ok).toBe(false);
  });

  test.each([
    ['a reader, the token as password', () => remote(token('dave'))],
    ['a reader, the token as user', () => remote('x-oauth-basic', undefined, token('dave'))],
  ])('are open to %s', async (_name, url) => {
    expect((await git('clone', '-q', url(), clone('some'))).ok).toBe(true);
  });

  test('are open to the App, also in part and of one commit by its id', async () => {
    const head = await world.github.as('alice').push('feature', { 'a.txt': 'a\n' });
    const url = remote(await installationToken());
    expect((await git('clone', '-q', '--bare', '--filter=blob:none', url, clone('app'))).ok).toBe(true);
    expect((await git('-C', clone('app'), 'fetch', '-q', url, head)).ok).toBe(true);
  });

  test('see the head and the tried merge of a pull request, also when its branch is gone', async () => {
    const head = await world.github.as('alice').push('feature', { 'a.txt': 'a\n' });
    const number = await world.github.as('alice').openPullRequest({ head: 'feature' });
    const { text } = await git('ls-remote', remote(token('dave')), 'refs/pull/*');
    const { data } = await world.installation().pulls.get({ ...repo, pull_number: number });
    expect(text).toContain(`${head}\trefs/pull/${number}/head`);
    expect(text).toContain(`${data.merge_commit_sha}\trefs/pull/${number}/merge`);
    await world.github.as('alice').deleteBranch('feature');
    expect((await git('ls-remote', remote(token('dave')), 'refs/pull/1/head')).text).toContain(head);
  });
});

describe('a push', () => {
  test('by somebody who may is an activity and moves the pull request', async () => {
    const alice = await cloned('alice');
    await alice('checkout', '-q', '-b', 'feature');
    const first = await committed(alice, 'one');
    expect(await alice('push', '-q', 'origin', 'feature')).toMatchObject({ ok: true });
    const number = await world.github.as('alice').openPullRequest({ head: 'feature' });
    await alice('commit', '-q', '--amend', '--allow-empty', '-m', 'two');
    expect((await alice('push', '-q', 'origin', 'feature')).ok).toBe(false);
    expect((await alice('push', '-q', '--force-with-lease', 'origin', 'feature')).ok).toBe(true);
    const pull = (await world.installation().pulls.get({ ...repo, pull_number: number })).data;
    expect(pull.head.sha).not.toBe(first);
    const { data } = await world.installation().repos.listActivities({ ...repo, ref: 'feature' });
    expect(data.map(({ activity_type, actor }) => [activity_type, actor?.login])).toEqual([
      ['force_push', 'alice'],
      ['branch_creation', 'alice'],
    ]);
    expect((await alice('push', '-q', 'origin', '--delete', 'feature')).ok).toBe(true);
    expect((await world.installation().pulls.get({ ...repo, pull_number: number })).data.state).toBe(
      'closed',
    );
  });

  test('that brings the head into main merges the pull request', async () => {
    const head = await world.github.as('alice').push('feature', { 'a.txt': 'a\n' });
    const number = await world.github.as('alice').openPullRequest({ head: 'feature' });
    const bob = await cloned('bob');
    await bob('merge', '-q', '--no-ff', 'origin/feature', '-m', 'by hand');
    expect((await bob('push', '-q', 'origin', 'main')).ok).toBe(true);
    const { data } = await world.installation().pulls.get({ ...repo, pull_number: number });
    expect(data).toMatchObject({ merged: true, merged_by: { login: 'bob' }, head: { sha: head } });
    expect(data.merge_commit_sha).toBe((await bob('rev-parse', 'HEAD')).text.trim());
  });

  test('is refused to a reader', async () => {
    const dave = await cloned('dave');
    await committed(dave, 'x');
    const { ok, text } = await dave('push', '-q', 'origin', 'HEAD:refs/heads/x');
    expect([ok, text]).toEqual([false, expect.stringContaining('403')]);
  });

  test('of somebody who was faster is refused, and nothing is lost', async () => {
    const [alice, bob] = [await cloned('alice'), await cloned('bob')];
    await committed(alice, 'a');
    await committed(bob, 'b');
    expect((await alice('push', '-q', 'origin', 'main')).ok).toBe(true);
    expect((await bob('push', '-q', 'origin', 'main')).ok).toBe(false);
  });

  test('that rewrites main is refused by rule, in the words git prints, until the rule is lifted', async () => {
    const root = await cloned('root');
    await committed(root, 'one');
    await root('push', '-q', 'origin', 'main');
    await root('commit', '-q', '--amend', '--allow-empty', '-m', 'rewritten');
    const refused = await root('push', '--force', 'origin', 'main');
    expect(refused.ok).toBe(false);
    expect(refused.text).toContain('! [remote rejected] main -> main (protected branch hook declined)');
    expect(refused.text).toContain('remote: error: Cannot force-push to this branch');
    world.github.rules.forcePushToMain = true;
    expect((await root('push', '-q', '--force', 'origin', 'main')).ok).toBe(true);
    expect((await root('push', '-q', 'origin', '--delete', 'main')).ok).toBe(false);
  });

  test("to the App's branch is the App's alone", async () => {
    const alice = await cloned('root');
    const first = await committed(alice, 'entry');
    expect((await alice('push', '-q', 'origin', 'HEAD:access-ledger')).ok).toBe(false);
    const app = await installationToken();
    expect((await alice('push', '-q', remote(app), 'HEAD:access-ledger')).ok).toBe(true);
    await committed(alice, 'forged');
    expect((await alice('push', '-q', 'origin', 'HEAD:access-ledger')).ok).toBe(false);
    await expect(world.github.as('root').push('access-ledger', { x: 'x' })).rejects.toMatchObject({
      status: 403,
    });
    const write = world.octokit('root').repos.createOrUpdateFileContents({
      ...repo,
      path: 'x',
      message: 'x',
      content: '',
      branch: 'access-ledger',
    });
    await expect(write).rejects.toMatchObject({ status: 409 });
    const { data } = await world.installation().git.getRef({ ...repo, ref: 'heads/access-ledger' });
    expect(data.object.sha).toBe(first);
    world.github.rules.appOnlyBranches = [];
    expect((await alice('push', '-q', 'origin', 'HEAD:access-ledger')).ok).toBe(true);
  });

  test('of many refs is refused as a whole when one may not move', async () => {
    const bob = await cloned('bob');
    await committed(bob, 'x');
    expect((await bob('push', '-q', 'origin', 'HEAD:fine', 'HEAD:access-ledger')).ok).toBe(false);
    expect((await git('ls-remote', remote(token('bob')), 'refs/heads/fine')).text).toBe('');
  });

  test('cannot write the refs of pull requests', async () => {
    const bob = await cloned('bob');
    await committed(bob, 'x');
    expect((await bob('push', '-q', 'origin', 'HEAD:refs/pull/9/head')).ok).toBe(false);
  });

  test('of a tree that git itself finds odd is refused', async () => {
    const bob = await cloned('bob');
    const blob = (await bob('rev-parse', 'HEAD:README.md')).text.trim();
    const script = `printf '100644 blob ${blob}\\t..\\n' | git -C ${clone('bob')} mktree`;
    const tree = (await run('sh', ['-c', script], { env: environment })).stdout.trim();
    const commit = (await bob('commit-tree', tree, '-m', 'odd')).text.trim();
    expect((await bob('push', '-q', 'origin', `${commit}:refs/heads/odd`)).ok).toBe(false);
  });
});

describe('a fork', () => {
  test('takes pushes from its owner alone, and its pull request is from elsewhere', async () => {
    await world.github.as('dave').fork();
    const dir = clone('fork');
    expect((await git('clone', '-q', remote(token('dave'), 'dave/access.git'), dir)).ok).toBe(true);
    const at = (...args: string[]) => git('-C', dir, ...args);
    await committed(at, 'from a fork');
    expect((await at('push', '-q', 'origin', 'HEAD:feature')).ok).toBe(true);
    expect((await at('push', '-q', remote(token('bob'), 'dave/access.git'), 'HEAD:other')).ok).toBe(false);
    const number = await world.github.as('dave').openPullRequest({ head: 'dave:feature' });
    const { data } = await world.installation().pulls.get({ ...repo, pull_number: number });
    expect(data.head).toMatchObject({
      label: 'dave:feature',
      repo: { full_name: 'dave/access', fork: true },
    });
    expect(data.head.repo?.id).not.toBe(data.base.repo.id);
    expect((await world.installation().repos.listActivities({ ...repo, ref: 'feature' })).data).toEqual([]);
    await at('commit', '-q', '--allow-empty', '-m', 'more');
    await at('push', '-q', 'origin', 'HEAD:feature');
    expect((await world.installation().pulls.get({ ...repo, pull_number: number })).data.commits).toBe(2);
    expect((await git('ls-remote', remote(token('alice')), 'refs/heads/*')).text).not.toContain('feature');
  });

  test('that is deleted leaves a pull request without a head repository', async () => {
    await world.github.as('dave').push('feature', { 'a.txt': 'a\n' }, { fork: true });
    const number = await world.github.as('dave').openPullRequest({ head: 'dave:feature' });
    world.github.deleteFork(number);
    const { data } = await world.installation().pulls.get({ ...repo, pull_number: number });
    expect([data.head.repo, data.head.user]).toEqual([null, null]);
  });

  test('is refused where it is not allowed', async () => {
    const own = await startWorld();
    await expect(own.github.as('dave').fork()).rejects.toMatchObject({ status: 403 });
    await own.close();
  });
});

test('calls are recorded, so that a test can say that there were none', async () => {
  expect(world.github.calls).toEqual([]);
  await git('ls-remote', remote(token('dave')));
  await world.installation().repos.get(repo);
  expect(
    world.github.calls.map(({ method, route, status, caller, installation }) => [
      method,
      route,
      status,
      caller,
      installation,
    ]),
  ).toEqual([
    ['GET', '/{owner}/{repo}.git/info/refs', 401, 'anonymous', undefined],
    ['GET', '/{owner}/{repo}.git/info/refs', 200, 'user', undefined],
    ['POST', '/{owner}/{repo}.git/git-upload-pack', 200, 'user', undefined],
    ['POST', '/app/installations/{installation_id}/access_tokens', 201, 'app', undefined],
    ['GET', '/repos/{owner}/{repo}', 200, 'installation', INSTALLATION_ID],
  ]);
  expect(APP_ID).toBeGreaterThan(0);
});
