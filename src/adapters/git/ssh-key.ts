import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { Blocked } from '../../ports/fault.js';
import { readString, readUint32, sshString, uint32, type Wire } from './ssh-wire.js';

export const KEY_TYPE = 'ssh-ed25519';

/** An Ed25519 public key as OpenSSH writes it: `ssh-ed25519 AAAA...`, without a comment. */
export type PublicKeyLine = string & { readonly __brand: 'PublicKeyLine' };

/** Signs ledger commits. The private key may lie in another house; only `sign` is asked. */
export interface Signer {
  readonly publicKey: PublicKeyLine;
  /** @returns the 64 bytes of an Ed25519 signature. */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/** The wire form of a public key, which is also what its fingerprint is taken of. */
export function publicKeyBlob(raw: Uint8Array): Buffer {
  return Buffer.concat([sshString(KEY_TYPE), sshString(raw)]);
}

export function publicKeyLine(raw: Uint8Array): PublicKeyLine {
  return `${KEY_TYPE} ${publicKeyBlob(raw).toString('base64')}` as PublicKeyLine;
}

/** @returns the 32 bytes of the key, or `undefined` for anything but a well-formed Ed25519 line. A comment is allowed. */
export function parsePublicKey(line: string): Buffer | undefined {
  const [type, base64] = line.trim().split(/\s+/);
  if (type !== KEY_TYPE || base64 === undefined) return undefined;
  const raw = rawOfBlob(Buffer.from(base64, 'base64'));
  return raw !== undefined && publicKeyBlob(raw).toString('base64') === base64 ? raw : undefined;
}

export function rawOfBlob(blob: Buffer): Buffer | undefined {
  const raw = blob.subarray(-32);
  return raw.length === 32 && publicKeyBlob(raw).equals(blob) ? Buffer.from(raw) : undefined;
}

/** As `ssh-keygen -l` prints it. */
export function fingerprint(raw: Uint8Array): string {
  const digest = createHash('sha256').update(publicKeyBlob(raw)).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

/** A line for git's `gpg.ssh.allowedSignersFile`. */
export function allowedSignersLine(principal: string, key: PublicKeyLine): string {
  return `${principal} namespaces="git" ${key}\n`;
}

export function publicKeyObject(raw: Uint8Array): KeyObject {
  const x = Buffer.from(raw).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

const ARMOR = /^-----BEGIN OPENSSH PRIVATE KEY-----\n([A-Za-z0-9+/=\n]+)-----END OPENSSH PRIVATE KEY-----$/;
const MAGIC = 'openssh-key-v1\0';

/**
 * Reads an unencrypted OpenSSH private key (PROTOCOL.key of OpenSSH).
 * @throws Blocked naming what is wrong, and nothing of the key.
 */
export function signerFromPrivateKey(pem: string): Signer {
  const { seed, raw } = parsePrivateKey(pem);
  const d = seed.toString('base64url');
  const x = raw.toString('base64url');
  const key = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', d, x }, format: 'jwk' });
  // A pair that does not belong together would sign what nobody can verify.
  const derived = createPublicKey(key).export({ format: 'jwk' }).x;
  if (derived !== x) throw unusable('its two halves do not belong together');
  return { publicKey: publicKeyLine(raw), sign: async (data) => sign(null, data, key) };
}

function parsePrivateKey(pem: string): { seed: Buffer; raw: Buffer } {
  const body = ARMOR.exec(pem.replaceAll('\r\n', '\n').trim())?.[1];
  if (body === undefined) throw unusable('it is no OpenSSH private key');
  const bytes = Buffer.from(body, 'base64');
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) throw unusable('it is no OpenSSH private key');
  try {
    return readPrivateKey({ bytes, at: MAGIC.length });
  } catch (error) {
    if (error instanceof RangeError) throw unusable('it ends early');
    throw error;
  }
}

function readPrivateKey(wire: Wire): { seed: Buffer; raw: Buffer } {
  const cipher = readString(wire).toString('latin1');
  readString(wire);
  readString(wire);
  if (cipher !== 'none') throw unusable('it has a passphrase');
  if (readUint32(wire) !== 1) throw unusable('it holds more than one key');
  readString(wire);
  const secret: Wire = { bytes: readString(wire), at: 0 };
  const check = readUint32(secret);
  if (readUint32(secret) !== check) throw unusable('it is damaged');
  if (readString(secret).toString('latin1') !== KEY_TYPE) throw unusable('it is not an Ed25519 key');
  const raw = Buffer.from(readString(secret));
  const both = readString(secret);
  if (raw.length !== 32 || both.length !== 64 || !both.subarray(32).equals(raw))
    throw unusable('it is damaged');
  return { seed: Buffer.from(both.subarray(0, 32)), raw };
}

function unusable(why: string): Blocked {
  return new Blocked(
    'signing_key',
    `The ledger's signing key cannot be used: ${why}.`,
    'Make one with: ssh-keygen -t ed25519 -N "" -f ledger_key',
  );
}

/** A new key pair as an OpenSSH private key file, for a sandbox or a first installation. */
export function newPrivateKey(comment: string): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { d = '', x = '' } = privateKey.export({ format: 'jwk' });
  const raw = Buffer.from(x, 'base64url');
  const both = Buffer.concat([Buffer.from(d, 'base64url'), raw]);
  const check = both.subarray(0, 4);
  const secret = [check, check, sshString(KEY_TYPE), sshString(raw), sshString(both), sshString(comment)];
  const length = secret.reduce((sum, part) => sum + part.length, 0);
  const padding = Buffer.from(Array.from({ length: (8 - (length % 8)) % 8 }, (_, index) => index + 1));
  const bytes = Buffer.concat([
    Buffer.from(MAGIC, 'latin1'),
    sshString('none'),
    sshString('none'),
    sshString(''),
    uint32(1),
    sshString(publicKeyBlob(raw)),
    sshString(Buffer.concat([...secret, padding])),
  ]);
  const lines = bytes.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join(
    '\n',
  );
}
