import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Holding } from '../../../../src/core/grant.js';
import { addSeconds, type Instant } from '../../../../src/core/time.js';
import { renderEntry } from '../../../../src/documents/entry.js';
import { Blocked, Retry } from '../../../../src/ports/fault.js';
import { entry } from '../../../app/entries.js';
import { type Authority, isRevoked, issued, keygen, makeKey, providerFor, script, setUp } from './world.js';

const run = promisify(execFile);
const NOW = '2026-11-22T12:00:00Z' as Instant;
const HOUR = 3_600;
const DAY = 86_400;
const at = (seconds: number): Instant => addSeconds(NOW, seconds);

let dir: string;
let authority: Authority;
let now: Instant;
let alice: Holding;
let bob: Holding;

const provider = (connection = {}) => providerFor(authority, connection, () => now);
const list = async () => {
  const text = await keygen('-Q', '-l', '-f', join(authority.folder, 'krl'));
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
};
const fault = (call: Promise<unknown> | undefined): Promise<unknown> =>
  (call ?? Promise.resolve()).catch((thrown: unknown) => thrown);

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hallpass-test-'));
  authority = await setUp(dir);
  now = NOW;
  const keys = await Promise.all(['alice', 'bob'].map((name) => makeKey(join(dir, name))));
  const [a, b] = keys.map(({ publicKey }): Holding => {
    return { target: 'hosts', subject: publicKey, grant: { principals: ['ops'] } };
  });
  if (a === undefined || b === undefined) throw new Error('two people');
  alice = a;
  bob = b;
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('the end of a certificate', () => {
  it('is the end of the grant, and its beginning a minute ago', async () => {
    await (await provider()).grant(alice, at(HOUR), 'key');
    expect(await keygen('-L', '-f', (await issued(authority))[0] ?? '')).toContain(
      `Valid: from ${local(at(-60))} to ${local(at(HOUR))}`,
    );
  });

  it('moves away with an extension, and what was issued before stays good until its own end', async () => {
    const hosts = await provider();
    await hosts.grant(alice, at(HOUR), 'key');
    await hosts.grant(alice, at(2 * HOUR), 'key');
    expect(await issued(authority)).toHaveLength(2);
    expect(await list()).toEqual([]);
    now = at(HOUR);
    expect((await hosts.observe([alice])).held).toMatchObject([{ until: at(2 * HOUR) }]);
  });

  it('moves nearer by revoking whatever would outlast it, and the end of a grant ends them all', async () => {
    const hosts = await provider();
    for (const hours of [3, 2, 1]) await hosts.grant(alice, at(hours * HOUR), 'key');
    expect(await list()).toHaveLength(2);
    await hosts.revoke(alice, null);
    expect(await list()).toHaveLength(3);
    for (const one of await issued(authority)) expect(await isRevoked(authority, one)).toBe(true);
  });

  it('is no longer held from its second on', async () => {
    const hosts = await provider();
    await hosts.grant(alice, at(HOUR), 'key');
    now = at(HOUR - 1);
    expect((await hosts.observe([alice])).held).toHaveLength(1);
    now = at(HOUR);
    expect((await hosts.observe([alice])).held).toEqual([]);
    expect(await hosts.revoke(alice, null)).toEqual({ changed: false });
  });

  it('is not granted in the past', async () => {
    expect(await fault((await provider()).grant(alice, at(0), 'key'))).toBeInstanceOf(Blocked);
    expect(await issued(authority)).toEqual([]);
  });
});

describe('a certificate that would be good for too much', () => {
  it.each([{ principals: [] }, {}])(
    'for anybody, having no principals, is never signed: %j',
    async (grant) => {
      const call = (await provider()).grant({ ...alice, grant }, at(HOUR), 'key');
      expect(await fault(call)).toMatchObject({ fault: 'blocked', code: 'bad_coordinates' });
      expect(await issued(authority)).toEqual([]);
    },
  );
});

describe('the revocation list', () => {
  it('never has to name the serial number 0, which it cannot', async () => {
    const { receipt } = await (await provider()).grant(alice, at(HOUR), 'key');
    expect(BigInt((receipt as { serial: string }).serial)).toBeGreaterThan(0n);
    await writeFile(join(dir, 'lines'), 'serial: 0\n');
    const refused = keygen(
      '-k',
      '-f',
      join(dir, 'x'),
      '-s',
      join(authority.folder, 'ca.pub'),
      join(dir, 'lines'),
    );
    await expect(refused).rejects.toThrow();
  });

  it('forgets a certificate a day after it expired, and keeps what others put on it', async () => {
    const hosts = await provider();
    await hosts.grant(alice, at(HOUR), 'key');
    await hosts.revoke(alice, null);
    const ours = await list();
    await writeFile(join(dir, 'lines'), [...ours, 'serial: 5-9', ''].join('\n'));
    const krl = join(authority.folder, 'krl');
    await keygen('-q', '-k', '-f', krl, '-s', join(authority.folder, 'ca.pub'), join(dir, 'lines'));
    now = at(HOUR + DAY);
    await hosts.grant(bob, at(2 * HOUR + DAY), 'key');
    expect(await list()).toEqual(['serial: 5-9', ...ours]);
    now = at(HOUR + DAY + 1);
    await hosts.grant(bob, at(3 * HOUR + DAY), 'key');
    expect(await list()).toEqual(['serial: 5-9']);
    expect(await issued(authority)).toHaveLength(2);
  });

  it('can be read by hosts, and is replaced at once', async () => {
    const hosts = await provider();
    const krl = join(authority.folder, 'krl');
    const before = await stat(krl);
    await hosts.grant(alice, at(HOUR), 'key');
    await hosts.revoke(alice, null);
    const after = await stat(krl);
    expect(after.mode & 0o777).toBe(0o644);
    expect(after.ino).not.toBe(before.ino);
  });

  it('stays as it was where a new one cannot be made', async () => {
    const hosts = await provider();
    await hosts.grant(alice, at(HOUR), 'key');
    const before = await readFile(join(authority.folder, 'krl'));
    const broken = await script(
      join(dir, 'broken'),
      'case "$*" in "-q -k"*) echo "no space left" >&2; exit 255;; esac\nexec ssh-keygen "$@"',
    );
    expect(await fault((await provider({ ssh_keygen: broken })).revoke(alice, null))).toBeInstanceOf(Retry);
    expect(await readFile(join(authority.folder, 'krl'))).toEqual(before);
    expect((await hosts.observe([alice])).held).toHaveLength(1);
  });

  it.each(['rm krl', 'echo garbage > krl'])('is never made anew: %s', async (damage) => {
    const hosts = await provider();
    await hosts.grant(alice, at(HOUR), 'key');
    await hosts.grant(bob, at(HOUR), 'key');
    await hosts.revoke(bob, null);
    await run('sh', ['-c', damage], { cwd: authority.folder });
    for (const error of await Promise.all(
      [hosts.observe([alice]), hosts.grant(alice, at(HOUR), 'key'), hosts.revoke(alice, null)].map(fault),
    ))
      expect(error).toMatchObject({ code: 'revocation_list' });
    const blocked = (await fault(hosts.preflight?.(alice))) as Blocked;
    await run('sh', ['-ec', /: (cd .*)$/.exec(blocked.unblock)?.[1] ?? 'no command']);
    for (const one of await issued(authority)) expect(await isRevoked(authority, one)).toBe(true);
    expect(await hosts.grant(alice, at(HOUR), 'key')).toMatchObject({ changed: true });
  });
});

describe('the folder', () => {
  it('shows the certificate that the receipt has, and nothing of the work on it', async () => {
    const { receipt } = await (await provider()).grant(alice, at(HOUR), 'key');
    const { serial, certificate } = receipt as { serial: string; certificate: string };
    const [file = ''] = await issued(authority);
    expect(file.endsWith(`/${serial}-cert.pub`)).toBe(true);
    expect(await readFile(file, 'utf8')).toBe(`${certificate}\n`);
    expect((await stat(join(authority.folder, '.signing'))).mode & 0o777).toBe(0o700);
  });

  it('is not needed to get a certificate: the page says how to read it in the ledger', async () => {
    const { receipt } = await (await provider()).grant(alice, at(HOUR), 'key');
    const { certificate } = receipt as { certificate: string };
    const holdings = [{ entitlement: 'prod-shell', holding: alice, state: 'active' as const, receipt }];
    await writeFile(join(dir, 'entry.yaml'), renderEntry(entry([], { holdings })));
    const page = await readFile(new URL('../../../../docs/providers/ssh.md', import.meta.url), 'utf8');
    const command = /^ {2}(sed -n .*) > /m.exec(page)?.[1] ?? 'false';
    const { stdout } = await run('sh', ['-c', `${command} < entry.yaml`], { cwd: dir });
    expect(stdout).toBe(`${certificate}\n`);
  });

  it('gets back a certificate that somebody took out, to revoke it', async () => {
    const hosts = await provider();
    const { receipt } = await hosts.grant(alice, at(HOUR), 'key');
    const [file = ''] = await issued(authority);
    await copyFile(file, join(dir, 'kept-cert.pub'));
    await rm(file);
    expect(await hosts.revoke(bob, receipt)).toEqual({ changed: false });
    expect(await hosts.revoke(alice, receipt)).toEqual({ changed: true });
    expect(await isRevoked(authority, join(dir, 'kept-cert.pub'))).toBe(true);
    expect(await hosts.revoke(alice, receipt)).toEqual({ changed: false });
  });

  it.each([null, 7, 'x', [[]], { certificate: 7 }, { certificate: 'ssh-ed25519-cert-v01@openssh.com AAAA' }])(
    'makes nothing of the receipt %j',
    async (receipt) => {
      expect(await (await provider()).revoke(alice, receipt)).toEqual({ changed: false });
    },
  );

  it('is not wholly seen where it holds a certificate of another authority, or one under another name', async () => {
    const hosts = await provider();
    await hosts.grant(alice, at(HOUR), 'key');
    const [file = ''] = await issued(authority);
    await copyFile(file, join(authority.folder, 'issued', '7-cert.pub'));
    expect(await hosts.observe([bob])).toMatchObject({ complete: false, held: [{ holding: alice }] });
    await rm(join(authority.folder, 'issued', '7-cert.pub'));
    await keygen('-q', '-t', 'ed25519', '-N', '', '-f', join(dir, 'other-ca'));
    await keygen('-q', '-s', join(dir, 'other-ca'), '-I', 'x', '-n', 'ops', '-z', '8', join(dir, 'bob.pub'));
    await copyFile(join(dir, 'bob-cert.pub'), join(authority.folder, 'issued', '8-cert.pub'));
    expect(await hosts.observe([bob])).toMatchObject({ complete: false, held: [{ holding: alice }] });
  });

  it('loses no revocation where two end at the same time', async () => {
    const hosts = await provider();
    await hosts.grant(alice, at(HOUR), 'key');
    await hosts.grant(bob, at(HOUR), 'key');
    await Promise.all([hosts.revoke(alice, null), hosts.revoke(bob, null)]);
    expect(await list()).toHaveLength(2);
  });
});

describe('what is not published', () => {
  /** The way ssh-keygen could misread an order, or another program in its place could. */
  it.each([
    ['another principal', '[ "$a" = ops ] && a=root'],
    ['another window', 'case "$a" in 2026*:*) a=always:forever;; esac'],
    ['a later end', 'case "$a" in 2026*:*) a=$(echo "$a" | sed "s/......$/230000/");; esac'],
    ['another option', '[ "$a" = permit-pty ] && a=permit-port-forwarding'],
    ['another serial number', '[ "$last" = -z ] && a=0'],
    ['a host', '[ "$a" = -q ] && a=-h'],
  ])('names %s', async (_, change) => {
    const ssh_keygen = await script(
      join(dir, 'misread'),
      `case " $* " in *" -I "*) ;; *) exec ssh-keygen "$@";; esac
      last=; n=$#; while [ $n -gt 0 ]; do a=$1; shift; ${change}; set -- "$@" "$a"; last=$a; n=$((n-1)); done
      exec ssh-keygen "$@"`,
    );
    const error = await fault((await provider({ ssh_keygen })).grant(alice, at(HOUR), 'key'));
    expect(error).toMatchObject({ code: 'not_signed' });
    expect(await readdir(join(authority.folder, 'issued'))).toEqual([]);
  });
});

describe('the key of the authority', () => {
  it.each([
    [
      'is behind a passphrase',
      'ca_key',
      (key: string) => keygen('-q', '-p', '-N', 'secret', '-P', '', '-f', key),
    ],
    ['is missing', 'ca_key', (key: string) => rm(key)],
    [
      'is another',
      'other_authority',
      async (key: string) => {
        await rm(key);
        await makeKey(key);
      },
    ],
  ])('%s', async (_, code, change) => {
    const hosts = await provider();
    await change(authority.caKey);
    for (const error of await Promise.all(
      [hosts.preflight?.(alice), hosts.grant(alice, at(HOUR), 'key')].map(fault),
    ))
      expect(error).toMatchObject({ code });
    expect(await issued(authority)).toEqual([]);
  });

  it.each([
    ['the folder', { folder: '/nowhere' }],
    ['the program', { ssh_keygen: '/nowhere/ssh-keygen' }],
  ])('is asked for nothing without %s', async (_, connection) => {
    expect(await fault((await provider(connection)).preflight?.(alice))).toMatchObject({ code: 'folder' });
  });
});

/** As ssh-keygen shows it: in the time zone of this process. */
function local(instant: Instant): string {
  const date = new Date(instant);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
