import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Io } from '../../src/cli/io.js';
import type { Prompts } from '../../src/cli/prompts.js';
import { type Scenario, startScenario } from '../scenarios/scenario.js';
import { accessRepository } from './access-repository.js';
import { cli, type Ran } from './harness.js';

let scenario: Scenario;
let clone: string;
beforeEach(async () => {
  scenario = await startScenario();
  clone = mkdtempSync(join(tmpdir(), 'hallpass-clone-'));
  await git('clone', '--quiet', remoteOf('alice'), '.');
});
afterEach(async () => {
  rmSync(clone, { recursive: true, force: true });
  await scenario.close();
});

const run = promisify(execFile);
/** Never synchronously: the stand-in it talks to runs in this process. */
const git = async (...args: readonly string[]) => (await run('git', [...args], { cwd: clone })).stdout;
const remoteOf = (login: string) => {
  const { github } = scenario.world;
  return github.cloneUrl.replace('://', `://${login}:${github.token(login)}@`);
};
const WISH = ['--duration', '1h', '--justification', 'INC-1: look', '--ticket', 'INC-1'];
const request = (argv: readonly string[], changes: Partial<Io> = {}): Promise<Ran> =>
  cli(['request', ...argv], { cwd: clone, env: { PATH: process.env.PATH }, ...changes });
const branches = async () =>
  (await git('-C', scenario.world.github.gitDir, 'for-each-ref', '--format=%(refname)'))
    .split('\n')
    .filter((ref) => ref.startsWith('refs/heads/request/'))
    .map((ref) => ref.slice('refs/heads/'.length));
const written = () =>
  scenario.world.github.calls.filter(
    ({ method, path, caller }) =>
      caller === 'user' && method !== 'GET' && (path.endsWith('/pulls') || path.endsWith('receive-pack')),
  ).length;

/** Every time the command waits, the next thing happens. */
function inTurn(...steps: readonly (() => Promise<unknown>)[]): NonNullable<Io['timer']> {
  const rest = [...steps];
  return {
    after(_seconds, work) {
      const step = rest.shift() ?? (() => Promise.resolve());
      void step().then(work);
      return () => {};
    },
  };
}

const NAME = 'alice-orders-db-readonly';

describe('asking by flags', () => {
  it('goes from the clone to the grant, and leaves the clone as it was', async () => {
    const timer = inTurn(
      () => scenario.world.settled(),
      () => scenario.approve(1, 'bob'),
      () => scenario.approve(1, 'carol'),
      () => scenario.merge(1),
    );
    const look = () =>
      Promise.all([git('status', '--porcelain'), git('for-each-ref'), git('rev-parse', 'HEAD')]);
    const before = await look();
    const ran = await request(['orders-db-readonly', ...WISH, '--yes', '--watch'], { timer });
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.out).toMatch(
      /^Opened: \S+\/acme\/access\/pull\/1\nGranted until \d{4}-.* UTC\. To end it early/,
    );
    expect(ran.err).toContain('1 approval from team dba: whoever is in it');
    expect(scenario.held()).toEqual(['alice app_readonly']);
    expect(await look()).toEqual(before);
    expect(await branches()).toEqual([`request/${scenario.id(NAME)}`]);
    expect(await scenario.entry(NAME)).toMatchObject({ requester: { login: 'alice', id: 1001 } });
  });

  it('pushes nothing that policy makes impossible, and says why', async () => {
    for (const [argv, said] of [
      [['orders-db-readonly', ...WISH, '--duration', '9h'], /2h at most/],
      [['orders-db-readonly', '--duration', '1h', '--justification', 'look'], /ticket/i],
      [['no-such-thing', ...WISH], /catalog/],
      [['orders-db-readnoly', ...WISH], /Did you mean orders-db-readonly\?/],
      [['orders-db-readonly', ...WISH, '--duration', 'soon'], /:4:11 /],
      [['orders-db-readonly', ...WISH, '--justification', ' '], /:5:16 /],
      [['orders-db-readonly', ...WISH, '--start', 'now'], /:7:8 /],
    ] as const) {
      const ran = await request([...argv, '--yes']);
      expect(ran, argv.join(' ')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(said) });
      expect(ran.err).toContain('nothing was pushed');
    }
    expect({ written: written(), branches: await branches() }).toEqual({ written: 0, branches: [] });
  });

  it('takes the next name for the same thing again, and none that is used', async () => {
    expect(await request(['orders-db-readonly', ...WISH, '--yes'])).toMatchObject({ code: 0 });
    await scenario.world.settled();
    await scenario.approve(1, 'bob', 'carol');
    await scenario.merge(1);
    const again = await request(['orders-db-readonly', ...WISH, '--yes', '--json']);
    expect(JSON.parse(again.out)).toMatchObject({ id: scenario.id(`${NAME}-2`), number: 2 });
    expect(again.err).toContain(`alice has it already until`);
    expect(again.err).toContain(`--extends ${scenario.id(NAME)}`);
    await scenario.world.github.as('alice').close(2);
    await scenario.world.github.as('alice').push(`request/${scenario.id(`${NAME}-2`)}`, { 'x.txt': 'x' });
    const unsaid = await request(['orders-db-readonly', ...WISH, '--duration', '30m']);
    expect(unsaid).toMatchObject({ code: 2, err: expect.stringContaining('nothing was pushed') });
    const more = ['orders-db-readonly', ...WISH, '--yes', '--extends', scenario.id(NAME)];
    expect(await request(more)).toMatchObject({ code: 0, err: expect.not.stringContaining('already') });
    expect(await request(['orders-db-readonly', ...WISH, '--yes', '--name', NAME])).toMatchObject({
      code: 2,
      err: expect.stringContaining('taken'),
    });
    for (const name of ['../x', 'UP', '12', 'a/b', ''])
      expect(await request(['orders-db-readonly', ...WISH, '--yes', `--name=${name}`])).toMatchObject({
        code: 2,
        err: expect.stringContaining('the name will not do'),
      });
  });

  it('prolongs no grant that is not there or is over, and pushes nothing', async () => {
    const absent = ['orders-db-readonly', ...WISH, '--yes', '--extends', scenario.id('nothing')];
    expect(await request(absent)).toMatchObject({
      code: 2,
      err: expect.stringContaining('cannot be prolonged: the ledger has no such grant; nothing was pushed'),
    });
    const pull = await scenario.ask('alice', 'first');
    await scenario.approve(pull, 'bob', 'carol');
    await scenario.merge(pull);
    const first = ['orders-db-readonly', ...WISH, '--yes', '--extends', scenario.id('first')];
    expect(await request([...first, '--subject', 'bob'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('it is not held by bob'),
    });
    await scenario.after(3_600);
    expect(await request(first)).toMatchObject({
      code: 2,
      err: expect.stringContaining('it does not live any more'),
    });
    expect({ written: written(), branches: await branches() }).toEqual({ written: 0, branches: [] });
  });

  it('takes another name where somebody else has the branch', async () => {
    const branch = `request/${scenario.id(NAME)}`;
    await scenario.world.github.as('bob').push(branch, { [scenario.path(NAME)]: 'version: 1\n' });
    const ran = await request(['orders-db-readonly', ...WISH, '--yes', '--json']);
    expect(JSON.parse(ran.out)).toMatchObject({ id: scenario.id(`${NAME}-2`) });
  });

  it('asks for another person where policy lets one', async () => {
    const ran = await request(['orders-deployers', ...WISH, '--subject', 'bob', '--yes', '--json']);
    expect(JSON.parse(ran.out)).toMatchObject({ id: scenario.id('bob-orders-deployers') });
  });

  it('judges by what the remote has, not by what lies in the folder', async () => {
    writeFileSync(join(clone, '.github/access/policy.yaml'), 'version: 1\nrules: []\n');
    expect(await request(['orders-db-readonly', ...WISH, '--yes'])).toMatchObject({ code: 0 });
  });

  it('works without a clone, by the address', async () => {
    const argv = ['orders-db-readonly', ...WISH, '--yes', '--remote', remoteOf('alice')];
    expect(await request(argv, { cwd: tmpdir() })).toMatchObject({ code: 0 });
  });
});

describe('an attempt that breaks off', () => {
  it.each([
    [
      'before the pull request',
      (scenario: Scenario) => scenario.world.github.api.fail('POST /repos/{owner}/{repo}/pulls', 500),
    ],
    [
      'before the answer',
      (scenario: Scenario) => scenario.world.github.api.loseAnswer('POST /repos/{owner}/{repo}/pulls'),
    ],
  ])('%s is gone on with by the same command', async (_when, plan) => {
    plan(scenario);
    const broken = await request(['orders-db-readonly', ...WISH, '--yes']);
    expect(broken).toMatchObject({ code: 2, out: '' });
    expect(broken.err).toContain(`lies on the branch request/${scenario.id(NAME)}`);
    expect(broken.err).toContain('Run the same command again');
    const again = await request(['orders-db-readonly', ...WISH, '--yes']);
    expect(again).toMatchObject({ code: 0, out: expect.stringMatching(/: \S+\/pull\/1\n$/) });
    expect(await branches()).toHaveLength(1);
  });

  it('finds its pull request again when it is run once more', async () => {
    await request(['orders-db-readonly', ...WISH, '--yes']);
    const again = await request(['orders-db-readonly', ...WISH, '--yes']);
    expect(again).toMatchObject({ out: expect.stringMatching(/^It was open already: /), err: '' });
  });

  it('stops when the pull request is closed', async () => {
    const timer = inTurn(() => scenario.world.github.as('alice').close(1));
    const ran = await request(['orders-db-readonly', ...WISH, '--yes', '--watch'], { timer });
    expect(ran).toMatchObject({ code: 1, out: expect.stringContaining('closed without a merge') });
  });

  it('says that nothing was granted for a landing nobody approved', async () => {
    const timer = inTurn(() => scenario.merge(1, 'root'));
    const ran = await request(['orders-db-readonly', ...WISH, '--yes', '--watch'], { timer });
    expect(ran).toMatchObject({ code: 1, out: expect.stringContaining('Nothing was granted') });
  });
});

describe('at a terminal', () => {
  const answers = (push: boolean, seen: string[] = []): Prompts => ({
    async text({ message, wrong, initial }) {
      seen.push(message);
      const answer = /ticket/.test(message) ? 'INC-7' : (initial ?? 'look at it');
      expect(wrong?.('')).toBeTypeOf('string');
      expect(wrong?.(answer)).toBeUndefined();
      return answer;
    },
    choose: () => Promise.reject(new Error('not asked')),
    async chooseSome({ options }) {
      seen.push(...options.map(({ value, hint }) => `${value}: ${hint}`));
      return ['orders-db-readonly'];
    },
    async confirm() {
      return push;
    },
  });

  it('offers what somebody may have, with limits, who agrees and what ends it', async () => {
    const seen: string[] = [];
    const ran = await request([], { prompts: async () => answers(true, seen) });
    expect(ran).toMatchObject({ code: 0, out: expect.stringMatching(/^Opened: /) });
    expect(seen).toEqual([
      'orders-db-readonly: at most 2h; tier production (at least 2 approvers, at most 4h); approved by 1 from team dba and 1 from team security; orders-db ends it by itself, also if Hallpass is down',
      'orders-deployers: at most 8h; tier staging (no approver of its own, at most 8h); nobody has to agree; teams ends it by itself, also if Hallpass is down',
      expect.stringMatching(/^For how long/),
      expect.stringMatching(/^What for/),
      expect.stringMatching(/^Which ticket/),
    ]);
  });

  it('pushes nothing when somebody thinks better of it', async () => {
    const ran = await request([], { prompts: async () => answers(false) });
    expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining('nothing was pushed') });
    expect({ written: written(), branches: await branches() }).toEqual({ written: 0, branches: [] });
  });
});

describe('nothing of a clone is run', () => {
  it('neither hooks nor what its configuration names', async () => {
    const trap = join(clone, 'trapped');
    for (const hook of ['pre-push', 'reference-transaction', 'post-checkout', 'pre-commit']) {
      writeFileSync(join(clone, '.git/hooks', hook), `#!/bin/sh\ntouch ${trap}\n`);
      chmodSync(join(clone, '.git/hooks', hook), 0o755);
    }
    for (const key of ['core.fsmonitor', 'core.sshCommand', 'core.pager', 'credential.helper'])
      await git('config', key, `!touch ${trap}`);
    await git('config', 'url.https://example.invalid/.insteadOf', 'http://127.0.0.1');
    expect(await request(['orders-db-readonly', ...WISH, '--yes'])).toMatchObject({ code: 0 });
    expect(existsSync(trap)).toBe(false);
  });
});

describe('only writing', () => {
  const ask = (dir: string, more: readonly string[] = []) =>
    cli(
      [
        'request',
        'orders-db-readonly',
        ...WISH,
        '--subject',
        'alice',
        '--no-push',
        '--name',
        'mine',
        ...more,
      ],
      { cwd: dir },
    );

  it('puts a valid file in its place, and asks nobody', async () => {
    const { dir } = accessRepository();
    expect(await ask(dir)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Written: access-requests/),
    });
    const path = scenario.path('mine');
    expect(await cli(['validate', path], { cwd: dir })).toMatchObject({ code: 0 });
    expect(readFileSync(join(dir, path), 'utf8')).toMatch(/^version: 1\nsubject: alice\n/);
    expect(scenario.world.github.calls.filter(({ path: called }) => called === '/user')).toEqual([]);
  });

  it('touches nothing that is there, and writes through no link', async () => {
    const { dir, write } = accessRepository();
    write(scenario.path('mine'), 'mine');
    expect(await ask(dir)).toMatchObject({ code: 2, err: expect.stringContaining('taken') });
    expect(readFileSync(join(dir, scenario.path('mine')), 'utf8')).toBe('mine');
    rmSync(join(dir, 'access-requests'), { recursive: true });
    const outside = mkdtempSync(join(tmpdir(), 'hallpass-outside-'));
    symlinkSync(outside, join(dir, 'access-requests'));
    expect(await ask(dir)).toMatchObject({ code: 2, err: expect.stringContaining('is no folder') });
    expect(existsSync(join(outside, scenario.id('mine').slice(0, 4)))).toBe(false);
    rmSync(outside, { recursive: true });
  });

  it('has nothing to watch, and needs a subject', async () => {
    const { dir } = accessRepository();
    expect(await ask(dir, ['--watch'])).toMatchObject({ code: 2 });
    const argv = ['request', 'orders-db-readonly', ...WISH, '--no-push'];
    expect(await cli(argv, { cwd: dir })).toMatchObject({
      code: 2,
      err: expect.stringContaining('--subject'),
    });
  });
});

describe('who asks', () => {
  it.each([
    ['a clone without a remote', ['--remote', 'upstream'], {}, 'is no clone with a remote'],
    ['no remote at all', ['--remote', '--upload-pack=x'], {}, 'is no clone with a remote'],
    ['a path', ['--remote', '/tmp/x'], {}, 'is no repository on a GitHub'],
    ['no token', ['--remote', 'https://github.example.com/a/b'], {}, 'no token for github.example.com'],
    [
      'a token of github.com for another host',
      ['--remote', 'https://github.example.com/a/b'],
      { GH_TOKEN: 'x', GITHUB_TOKEN: 'x' },
      'Set GH_ENTERPRISE_TOKEN',
    ],
  ])('is not known with %s', async (_what, argv, env, said) => {
    const ran = await request(['orders-db-readonly', ...WISH, '--yes', ...argv], { env });
    expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining(said) });
  });

  it('is told what to do about a token that is not good, which is said nowhere', async () => {
    const { cloneUrl } = scenario.world.github;
    const env = { PATH: process.env.PATH, GH_TOKEN: 'not-a-good-token' };
    const ran = await request(['orders-db-readonly', ...WISH, '--yes', '--remote', cloneUrl], { env });
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('gh auth login') });
    expect(ran.err).not.toContain('not-a-good-token');
  });

  it('may be known by the environment', async () => {
    const { cloneUrl, token } = scenario.world.github;
    const env = { PATH: process.env.PATH, GITHUB_TOKEN: token('bob') };
    const argv = ['orders-db-readonly', ...WISH, '--yes', '--json', '--remote', cloneUrl];
    expect(JSON.parse((await request(argv, { env })).out)).toMatchObject({
      id: scenario.id('bob-orders-db-readonly'),
    });
  });
});
