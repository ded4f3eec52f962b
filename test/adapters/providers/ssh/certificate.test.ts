import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificate, parseCertificate } from '../../../../src/adapters/providers/ssh/certificate.js';
import { isPublicKey } from '../../../../src/adapters/providers/ssh/public-key.js';
import { keygen, makeKey } from './world.js';

const text = (value: string | Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(value));
  return Buffer.concat([length, Buffer.from(value)]);
};
const keyOf = (type: string, ...parts: readonly (string | Buffer)[]): string =>
  `${type} ${Buffer.concat([type, ...parts].map(text)).toString('base64')}`;

/** A point that is on the curve, as the key of a security key is. */
function point(): Buffer {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
    format: 'jwk',
  });
  return Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
}

let dir: string;
const certificates: string[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hallpass-test-'));
  await makeKey(join(dir, 'ca'));
  const made = await Promise.all(
    [['ed25519'], ['ecdsa', '-b', '256'], ['ecdsa', '-b', '384'], ['ecdsa', '-b', '521']].map(
      (options, index) => makeKey(join(dir, `key-${index}`), '-t', ...options),
    ),
  );
  const keys = [
    ...made.map(({ publicKey }) => publicKey),
    keyOf('sk-ssh-ed25519@openssh.com', randomBytes(32), 'ssh:'),
    keyOf('sk-ecdsa-sha2-nistp256@openssh.com', 'nistp256', point(), 'ssh:'),
  ];
  for (const [index, key] of keys.entries()) {
    expect(isPublicKey(key), key).toBe(true);
    await writeFile(join(dir, `${index}.pub`), `${key}\n`);
    const options = [
      '-n',
      'ops,db',
      '-z',
      '18446744073709551615',
      '-V',
      '0x10:0x20',
      '-O',
      'force-command=id é',
    ];
    await keygen('-q', '-s', join(dir, 'ca'), '-I', 'who', ...options, join(dir, `${index}.pub`));
    certificates.push(await readFile(join(dir, `${index}-cert.pub`), 'utf8'));
    expect(parseCertificate(certificates[index] ?? '')?.subject).toBe(key);
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('a certificate', () => {
  it('is read as ssh-keygen wrote it, for each type of key', () => {
    expect(certificates).toHaveLength(6);
    for (const one of certificates) {
      expect(parseCertificate(one)).toMatchObject<Partial<Certificate>>({
        serial: 18_446_744_073_709_551_615n,
        type: 1,
        keyId: 'who',
        principals: ['ops', 'db'],
        validAfter: 16n,
        validBefore: 32n,
        critical: new Map([['force-command', 'id é']]),
        signature: 'ssh-ed25519',
      });
    }
  });

  it('is not read from a part of one, or from one with more behind it', () => {
    for (const one of certificates) {
      const [type, base64 = ''] = one.split(' ');
      const data = Buffer.from(base64, 'base64');
      const lengths = fc.integer({ min: 0, max: data.length - 1 });
      fc.assert(
        fc.property(lengths, (length) => {
          expect(parseCertificate(`${type} ${data.subarray(0, length).toString('base64')}`)).toBeUndefined();
        }),
      );
      expect(
        parseCertificate(`${type} ${Buffer.concat([data, text('x')]).toString('base64')}`),
      ).toBeUndefined();
    }
  });

  it('is read or refused whatever it is, and nothing is thrown', () => {
    const [type, base64 = ''] = (certificates[0] ?? '').split(' ');
    const data = Buffer.from(base64, 'base64');
    fc.assert(
      fc.property(fc.nat(data.length - 1), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(data);
        changed[at] = byte;
        parseCertificate(`${type} ${changed.toString('base64')}`);
      }),
    );
    for (const junk of ['', ' ', 'x', `${type}`, `${type} !`, 'ssh-rsa-cert-v01@openssh.com AAAA'])
      expect(parseCertificate(junk)).toBeUndefined();
  });
});

describe('a public key', () => {
  const ED25519 = randomBytes(32);

  it.each([
    ['too short', keyOf('ssh-ed25519', ED25519.subarray(1))],
    ['too long', keyOf('ssh-ed25519', Buffer.concat([ED25519, ED25519]))],
    ['more behind it', keyOf('ssh-ed25519', ED25519, 'x')],
    ['of another type than it says', keyOf('ssh-ed25519', ED25519).replace('ssh-ed25519', 'ssh-ed448')],
    ['followed by a comment', `${keyOf('ssh-ed25519', ED25519)} alice@laptop`],
    ['of RSA', keyOf('ssh-rsa', Buffer.from([1, 0, 1]), randomBytes(257))],
    ['of DSA', keyOf('ssh-dss', 'p', 'q', 'g', 'y')],
    ['on another curve', keyOf('ecdsa-sha2-nistp256', 'nistp384', point())],
    [
      'a point that is packed',
      keyOf('ecdsa-sha2-nistp256', 'nistp256', Buffer.concat([Buffer.from([2]), randomBytes(32)])),
    ],
    ['for an application with a line in it', keyOf('sk-ssh-ed25519@openssh.com', ED25519, 'ssh:\n')],
    ['without its application', keyOf('sk-ssh-ed25519@openssh.com', ED25519)],
  ])('is none when it is %s', (_, key) => {
    expect(isPublicKey(key)).toBe(false);
  });

  it('has one spelling', () => {
    const key = keyOf('ssh-ed25519', ED25519);
    expect(isPublicKey(key)).toBe(true);
    fc.assert(
      fc.property(fc.nat(key.length), fc.string({ minLength: 1, maxLength: 3 }), (at, more) => {
        expect(isPublicKey(`${key.slice(0, at)}${more}${key.slice(at)}`)).toBe(false);
      }),
    );
  });
});
