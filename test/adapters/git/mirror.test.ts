import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isDamage, redact, remoteFault } from '../../../src/adapters/git/faults.js';
import { branchRef } from '../../../src/adapters/git/mirror.js';
import { remoteConfig, sealedEnvironment } from '../../../src/adapters/git/sealed.js';
import { bareRemote, commit, git, mirrorOf, scratch } from './world.js';

const MAIN = { remote: 'refs/heads/main', local: 'refs/hallpass/default' };
const CREDENTIALS = { username: 'x-access-token', password: 'ghs_planted0secret/with+signs' };
const FORMS = [
  CREDENTIALS.password,
  encodeURIComponent(CREDENTIALS.password),
  Buffer.from(CREDENTIALS.password).toString('base64'),
  Buffer.from(`${CREDENTIALS.username}:${CREDENTIALS.password}`).toString('base64'),
];

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Answers everything with one status, and remembers what it was shown. */
async function remoteAnswering(status: number, headers: Record<string, string> = {}) {
  const shown: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    shown.push(request.headers.authorization);
    response.writeHead(status, { 'content-type': 'text/plain', ...headers });
    // Remotes may repeat what they were sent.
    response.end(`you sent ${request.headers.authorization}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/o/r.git`, shown };
}

describe('a call to the remote', () => {
  it.each([
    [401, { fault: 'blocked', code: 'remote_auth' }],
    [403, { fault: 'blocked', code: 'remote_auth' }],
    [404, { fault: 'blocked', code: 'remote_missing' }],
    [429, { fault: 'retry', code: 'remote_limited' }],
    [500, { fault: 'retry', code: 'remote_limited' }],
    [503, { fault: 'retry', code: 'remote_limited' }],
  ])('that is answered with %i is a fault that says what happens next', async (status, fault) => {
    const { url, shown } = await remoteAnswering(status);
    const mirror = await mirrorOf(url, { credentials: async () => CREDENTIALS });
    const error = await mirror.fetch([MAIN]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(fault);
    expect(shown[0]).toBe(`Basic ${FORMS[3]}`);
    const said = `${String(error)} ${JSON.stringify(error)} ${(error as Error).stack}`;
    for (const form of FORMS) expect(said).not.toContain(form);
  });

  it('leaves no credentials in any file', async () => {
    const { url } = await remoteAnswering(500);
    const mirror = await mirrorOf(url, { credentials: async () => CREDENTIALS });
    await mirror.fetch([MAIN]).catch(() => {});
    for (const file of filesIn(mirror.directory)) {
      const text = readFileSync(file, 'latin1');
      for (const form of FORMS) expect(text).not.toContain(form);
      expect(text).not.toContain(url);
    }
  });

  it('takes no credentials to another host', async () => {
    const other = await remoteAnswering(401);
    const first = await remoteAnswering(302, { location: other.url });
    const mirror = await mirrorOf(first.url, { credentials: async () => CREDENTIALS });
    await expect(mirror.fetch([MAIN])).rejects.toMatchObject({ fault: expect.any(String) });
    expect(other.shown).toEqual([]);
  });

  it('ends when the remote says nothing', async () => {
    const server = createServer(() => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/o/r.git`;
    const mirror = await mirrorOf(url, { timeout: 200 });
    await expect(mirror.fetch([MAIN])).rejects.toMatchObject({ fault: 'retry', code: 'git_timeout' });
  });

  it('to a port where nobody listens is a reason to try again', async () => {
    const mirror = await mirrorOf('http://127.0.0.1:1/o/r.git');
    await expect(mirror.fetch([MAIN])).rejects.toMatchObject({ fault: 'retry', code: 'remote_away' });
  });
});

describe('the seal', () => {
  it('lets in no git variable and no configuration of the machine', async () => {
    const home = scratch();
    const touched = join(home, 'touched');
    mkdirSync(join(home, 'hooks'));
    const script = `#!/bin/sh\ntouch ${touched}\n`;
    for (const hook of ['reference-transaction', 'pre-push', 'post-checkout']) {
      writeFileSync(join(home, 'hooks', hook), script, { mode: 0o755 });
    }
    writeFileSync(
      join(home, '.gitconfig'),
      `[core]\n\thooksPath = ${home}/hooks\n\tfsmonitor = ${home}/hooks/pre-push\n`,
    );
    const remote = bareRemote();
    const head = commit(remote, { a: '1' });
    const environment = {
      HOME: home,
      GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
      GIT_SSH_COMMAND: `${home}/hooks/pre-push`,
      GIT_DIR: '/nowhere',
      git_trace: '1',
    };
    const mirror = await mirrorOf(remote, { environment });
    // Somebody who can write into the data folder still gets nothing run.
    const gitDir = join(mirror.directory, 'mirror.git');
    writeFileSync(join(gitDir, 'config'), `[core]\n\tbare = true\n\thooksPath = ${home}/hooks\n`);
    await mirror.fetch([MAIN]);
    expect(await mirror.ref('refs/hallpass/default')).toBe(head);
    await mirror.setRefs(new Map([['refs/hallpass/x', head]]));
    expect(await mirror.push(head, 'copy', null)).toBe('pushed');
    expect(existsSync(touched)).toBe(false);
    await mirror.maintain();
    expect(await mirror.ref('refs/hallpass/x')).toBe(head);
  });

  it('keeps what an installation needs, and its own say above it', () => {
    const sealed = sealedEnvironment({
      HTTPS_PROXY: 'http://proxy',
      GIT_SSL_CAINFO: '/ca',
      GIT_EXEC_PATH: '/x',
      HOME: '/root',
    });
    expect(sealed).toMatchObject({
      HTTPS_PROXY: 'http://proxy',
      GIT_SSL_CAINFO: '/ca',
      GIT_NO_REPLACE_OBJECTS: '1',
    });
    expect(sealed).not.toHaveProperty('GIT_EXEC_PATH');
    expect(sealed.HOME).toBe('/nonexistent');
  });

  it.each([
    'http://example.com/o/r.git',
    'ssh://git@example.com/o/r.git',
    'git://example.com/r',
    'ext::sh -c touch',
    'https://user:secret@example.com/o/r.git',
    '--upload-pack=touch',
    '../relative',
  ])('takes no remote like %s', (url) => {
    expect(() => remoteConfig(url)).toThrow();
  });

  it.each([
    '--upload-pack=x',
    '-x',
    'a..b',
    'a b',
    'a:b',
    'a~1',
    'a^',
    '',
    '/a',
    'a/',
    'a.lock',
    'x\ny',
    '$(id)',
    'a/.b',
  ])('takes no branch like %j (T126)', (branch) => {
    expect(() => branchRef(branch)).toThrow(RangeError);
  });

  it('asks for objects by id alone', async () => {
    const mirror = await mirrorOf(bareRemote());
    for (const name of ['HEAD', 'main', '--batch', 'x\ny', 'HEAD:path', '']) {
      await expect(mirror.objects.info(name)).rejects.toThrow(RangeError);
      await expect(mirror.objects.read(name)).rejects.toThrow(RangeError);
    }
  });
});

describe('what a killed git leaves behind', () => {
  it('keeps nothing from moving, after a restart or without one', async () => {
    const remote = bareRemote();
    commit(remote, { a: '1' });
    const first = await mirrorOf(remote);
    await first.fetch([MAIN]);
    const next = commit(remote, { a: '2' });
    const lock = join(first.directory, 'mirror.git/refs/hallpass/default.lock');
    writeFileSync(lock, '');
    await expect(first.fetch([MAIN])).rejects.toMatchObject({ fault: 'retry' });
    await first.fetch([MAIN]);
    expect(await first.ref(MAIN.local)).toBe(next);
    writeFileSync(lock, '');
    const last = commit(remote, { a: '3' });
    const restarted = await mirrorOf(remote, { directory: first.directory });
    await restarted.fetch([MAIN]);
    expect(await restarted.ref(MAIN.local)).toBe(last);
  });
});

describe('a push', () => {
  it('happens only when the branch is where it is expected', async () => {
    const remote = bareRemote();
    const one = commit(remote, { a: '1' });
    const two = commit(remote, { a: '2' });
    const mirror = await mirrorOf(remote);
    await mirror.fetch([MAIN]);
    expect(await mirror.push(two, 'ledger', one)).toBe('moved');
    expect(await mirror.push(one, 'ledger', null)).toBe('pushed');
    expect(await mirror.push(two, 'ledger', null)).toBe('moved');
    expect(await mirror.push(two, 'ledger', one)).toBe('pushed');
    // Arrived before: nothing to do, and no failure.
    expect(await mirror.push(two, 'ledger', one)).toBe('pushed');
    expect(git(remote, ['rev-parse', 'ledger'])).toBe(two);
  });
});

describe('a text of git', () => {
  it.each([
    ["fatal: couldn't find remote ref refs/heads/x", 'git_failed'],
    ['fatal: unable to access: Could not resolve host: github.com', 'remote_away'],
    ['remote: error: GH006: Protected branch update failed', 'remote_refused'],
    ['! [remote rejected] a -> b (pre-receive hook declined)', 'remote_refused'],
    ["fatal: Authentication failed for 'https://github.com/o/r.git/'", 'remote_auth'],
    ['remote: Repository not found.', 'remote_missing'],
    ['something nobody has seen', 'git_failed'],
  ])('%s means %s', (text, code) => {
    expect(remoteFault(new Error(text), [])).toMatchObject({ code });
  });

  it.each([
    ['error: object file x is empty', true],
    ['fatal: loose object abc is corrupt', true],
    ['error: inflate: data stream error', true],
    ['fatal: bad object refs/hallpass/default', true],
    ['fatal: fsck error in packed object: bad tree', false],
    ["fatal: couldn't find remote ref x", false],
    ['Could not resolve host', false],
  ])('%s is damage of ours: %s', (text, expected) => {
    expect(isDamage(text)).toBe(expected);
  });

  it('never shows what has the form of a credential', () => {
    const text = redact('https://u:p@h/x Authorization: Bearer abcdefgh12345 ghs_abcdefghijk known', [
      'known',
    ]);
    expect(text).toBe('https://***@h/x Authorization: Bearer *** *** ***');
  });
});

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
