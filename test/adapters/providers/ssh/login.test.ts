import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Coordinates, Holding } from '../../../../src/core/grant.js';
import { addSeconds } from '../../../../src/core/time.js';
import { describeWith } from '../../../support/programs.js';
import { type Sshd, sshd, startSshd } from '../../../support/sshd.js';
import {
  type Authority,
  issued,
  type KeyPair,
  keygen,
  makeKey,
  providerFor,
  realNow,
  setUp,
} from './world.js';

const PRINCIPALS = ['ops', 'db', 'root'] as const;
const HOUR = 3_600;

let dir: string;
let authority: Authority;
let alice: KeyPair;
let host: Sshd;

const holding = (grant: Coordinates = { principals: ['ops'] }): Holding => ({
  target: 'hosts',
  subject: alice.publicKey,
  grant,
});
const letsIn = async (principal = 'ops') =>
  host.letsIn({ key: alice.file, certificates: await issued(authority), principal });
const inAnHour = () => addSeconds(realNow(), HOUR);

describeWith(sshd, 'a host that trusts the authority', () => {
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hallpass-test-'));
    authority = await setUp(dir);
    alice = await makeKey(join(dir, 'alice'));
    host = await startSshd(join(dir, 'host'), { authority: authority.folder, principals: PRINCIPALS });
  });
  afterEach(async () => {
    await host?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('refuses a certificate whose end has come, without being told', async () => {
    const earlier = addSeconds(realNow(), -2 * HOUR);
    const provider = await providerFor(authority, {}, () => earlier);
    await provider.grant(holding(), addSeconds(earlier, HOUR), 'key');
    expect(await letsIn()).toBe(false);
    expect(await host.log()).toContain('Certificate invalid: expired');
  });

  it('takes one that was made by a clock ahead of its own by less than a minute', async () => {
    const provider = await providerFor(authority, {}, () => addSeconds(realNow(), 30));
    await provider.grant(holding(), inAnHour(), 'key');
    expect(await letsIn()).toBe(true);
  });

  it('refuses one that was revoked from its next look at the list on, and says whose it was', async () => {
    const provider = await providerFor(authority);
    await provider.grant(holding(), inAnHour(), '2026/11/alice#ops');
    expect(await letsIn()).toBe(true);
    await provider.revoke(holding(), null);
    expect(await letsIn()).toBe(false);
    expect(await host.log()).toContain('revoked');
    expect(await host.log()).toContain('ID 2026/11/alice#ops (serial ');
  });

  it('refuses what another authority signed', async () => {
    await mkdir(join(dir, 'other'));
    const other = await setUp(join(dir, 'other'));
    const provider = await providerFor(other);
    await provider.grant(holding(), inAnHour(), 'key');
    const certificates = await issued(other);
    expect(certificates).toHaveLength(1);
    expect(await host.letsIn({ key: alice.file, certificates, principal: 'ops' })).toBe(false);
  });

  it('lets in as what the certificate names and as nothing else', async () => {
    const provider = await providerFor(authority);
    await provider.grant(holding({ principals: ['ops', 'db'] }), inAnHour(), 'key');
    expect(await Promise.all(PRINCIPALS.map(letsIn))).toEqual([true, true, false]);
  });

  it('holds the options of a certificate', async () => {
    const provider = await providerFor(authority);
    await provider.grant(
      holding({ principals: ['ops'], source_address: ['10.0.0.0/8', '::1'] }),
      inAnHour(),
      'key',
    );
    await provider.grant(holding({ principals: ['db'], source_address: ['127.0.0.0/8'] }), inAnHour(), 'key');
    // Longer than 127 bytes: the length of an option is not text.
    const command = `echo ${'x'.repeat(200)} in`;
    await provider.grant(holding({ principals: ['root'], force_command: command }), inAnHour(), 'key');
    expect(await Promise.all(PRINCIPALS.map(letsIn))).toEqual([false, true, true]);
    expect(await host.log()).toContain('not from a permitted source address');
    expect(await host.log()).toContain('forced-command');
  });

  it('takes what an RSA key signs with SHA-512', async () => {
    await rm(authority.caKey);
    await rm(`${authority.caKey}.pub`);
    await makeKey(authority.caKey, '-t', 'rsa', '-b', '2048');
    await copyFile(`${authority.caKey}.pub`, join(authority.folder, 'ca.pub'));
    const provider = await providerFor(authority);
    await provider.grant(holding(), inAnHour(), 'key');
    expect(await keygen('-L', '-f', (await issued(authority))[0] ?? '')).toContain('(using rsa-sha2-512)');
    expect(await letsIn()).toBe(true);
  });

  it('lets nobody in without a revocation list, so the set-up begins with an empty one', async () => {
    const provider = await providerFor(authority);
    await provider.grant(holding(), inAnHour(), 'key');
    expect(await readFile(join(authority.folder, 'krl'))).not.toHaveLength(0);
    expect(await letsIn()).toBe(true);
    await rm(join(authority.folder, 'krl'));
    expect(await letsIn()).toBe(false);
  });
});
