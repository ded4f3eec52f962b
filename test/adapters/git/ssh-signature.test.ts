import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allowedSignersLine,
  fingerprint,
  newPrivateKey,
  parsePublicKey,
  signerFromPrivateKey,
} from '../../../src/adapters/git/ssh-key.js';
import { signedBy, signSsh } from '../../../src/adapters/git/ssh-signature.js';
import { Blocked } from '../../../src/ports/fault.js';
import { newSigner, scratch } from './world.js';

const hasSshKeygen = (() => {
  try {
    execFileSync('ssh-keygen', ['-?'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
})();

describe('an SSH signature', () => {
  it('names the key that made it, over exactly these bytes', async () => {
    const signer = newSigner();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.uint8Array({ minLength: 1 }), async (data, more) => {
        const armor = (await signSsh(data, signer)).trimEnd();
        expect(signedBy(data, armor)).toBe(signer.publicKey);
        expect(signedBy(Buffer.concat([data, more]), armor)).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it('has one spelling: any changed byte makes it void', async () => {
    const armor = (await signSsh(Buffer.from('x'), newSigner())).trimEnd();
    for (let at = 0; at < armor.length; at += 1) {
      const changed = `${armor.slice(0, at)}${armor[at] === 'A' ? 'B' : 'A'}${armor.slice(at + 1)}`;
      expect(signedBy(Buffer.from('x'), changed)).toBeUndefined();
    }
    expect(signedBy(Buffer.from('x'), `${armor}\n`)).toBeUndefined();
    expect(signedBy(Buffer.from('x'), armor.replace('\n', '\n\n'))).toBeUndefined();
  });

  it('is refused when anything about it is not text of ours', () => {
    fc.assert(fc.property(fc.string(), (text) => signedBy(Buffer.from('x'), text) === undefined));
  });

  it.skipIf(!hasSshKeygen)(
    'is accepted by ssh-keygen, as is the key file (skipped without ssh-keygen)',
    async () => {
      const folder = scratch();
      const pem = newPrivateKey('made here');
      const signer = signerFromPrivateKey(pem);
      const paths = { key: join(folder, 'key'), signers: join(folder, 'signers'), sig: join(folder, 'sig') };
      writeFileSync(paths.key, pem, { mode: 0o600 });
      writeFileSync(paths.signers, allowedSignersLine('ledger@example.com', signer.publicKey));
      writeFileSync(paths.sig, await signSsh(Buffer.from('hello'), signer));
      const verify = [
        '-Y',
        'verify',
        '-f',
        paths.signers,
        '-I',
        'ledger@example.com',
        '-n',
        'git',
        '-s',
        paths.sig,
      ];
      expect(execFileSync('ssh-keygen', verify, { input: 'hello' }).toString()).toMatch(
        /^Good "git" signature/,
      );
      expect(() => execFileSync('ssh-keygen', verify, { input: 'hullo', stdio: 'pipe' })).toThrow();
      const printed = execFileSync('ssh-keygen', ['-y', '-f', paths.key]).toString();
      expect(printed.trim().split(' ').slice(0, 2).join(' ')).toBe(signer.publicKey);
      const raw = parsePublicKey(signer.publicKey) ?? Buffer.alloc(0);
      expect(execFileSync('ssh-keygen', ['-l', '-f', paths.key]).toString()).toContain(fingerprint(raw));
    },
  );

  it.skipIf(!hasSshKeygen)('accepts what ssh-keygen made (skipped without ssh-keygen)', () => {
    const folder = scratch();
    const key = join(folder, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'made there', '-f', key]);
    const signer = signerFromPrivateKey(readFileSync(key, 'utf8'));
    expect(readFileSync(`${key}.pub`, 'utf8').trim()).toBe(`${signer.publicKey} made there`);
    const armor = execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', key, '-n', 'git'], { input: 'data' });
    expect(signedBy(Buffer.from('data'), armor.toString().trimEnd())).toBe(signer.publicKey);
    const other = execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', key, '-n', 'file'], {
      input: 'data',
    });
    expect(signedBy(Buffer.from('data'), other.toString().trimEnd())).toBeUndefined();
  });
});

describe('a private key', () => {
  const good = newPrivateKey('x');
  const lines = good.split('\n');

  it.each([
    ['empty', ''],
    ['of another kind', good.replaceAll('OPENSSH', 'RSA')],
    ['cut short', [...lines.slice(0, 3), ...lines.slice(-2)].join('\n')],
    ['with other bytes', good.replace(lines[3] ?? '', (lines[3] ?? '').toLowerCase())],
  ])('that is %s is refused without showing it', (_name, pem) => {
    expect(() => signerFromPrivateKey(pem)).toThrow(Blocked);
    try {
      signerFromPrivateKey(pem);
    } catch (error) {
      for (const line of lines.slice(1, -2)) expect(String(error)).not.toContain(line);
    }
  });

  it.skipIf(!hasSshKeygen)(
    'with a passphrase or of another type is refused (skipped without ssh-keygen)',
    () => {
      const folder = scratch();
      for (const [name, flags] of [
        ['locked', ['-t', 'ed25519', '-N', 'secret']],
        ['ecdsa', ['-t', 'ecdsa', '-N', '']],
      ] as const) {
        const key = join(folder, name);
        execFileSync('ssh-keygen', ['-q', ...flags, '-f', key]);
        expect(() => signerFromPrivateKey(readFileSync(key, 'utf8'))).toThrow(/passphrase|not an Ed25519/);
      }
    },
  );
});
