import { createHash, verify } from 'node:crypto';
import {
  KEY_TYPE,
  type PublicKeyLine,
  parsePublicKey,
  publicKeyBlob,
  publicKeyLine,
  publicKeyObject,
  rawOfBlob,
  type Signer,
} from './ssh-key.js';
import { readString, readUint32, sshString, uint32, type Wire } from './ssh-wire.js';

/**
 * SSH signatures as git uses them (OpenSSH PROTOCOL.sshsig): SHA-512, Ed25519, and for commits the namespace `git`. In process: a signature costs
 * 0.1 ms instead of a process, and the key can stay in a key store. `ssh-keygen` and `git verify-commit` accept them.
 */
const MAGIC = Buffer.from('SSHSIG', 'latin1');
/** What a signature is good for; git's own. */
const GIT = 'git';
const HASH = 'sha512';
const BEGIN = '-----BEGIN SSH SIGNATURE-----';
const END = '-----END SSH SIGNATURE-----';

export async function signSsh(data: Uint8Array, signer: Signer, namespace = GIT): Promise<string> {
  const raw = parsePublicKey(signer.publicKey);
  if (raw === undefined) throw new RangeError('the signer has no Ed25519 key');
  return armor(raw, await signer.sign(toBeSigned(data, namespace)), namespace);
}

/**
 * @returns the key that made the signature over exactly these bytes, or `undefined`. There is one spelling of a signature:
 * what we would not have written ourselves is not accepted, so nobody can vary a signed commit.
 */
export function signedBy(data: Uint8Array, text: string, namespace = GIT): PublicKeyLine | undefined {
  const parsed = parseArmor(text);
  if (parsed === undefined || armor(parsed.raw, parsed.signature, namespace) !== `${text}\n`)
    return undefined;
  const good = verify(null, toBeSigned(data, namespace), publicKeyObject(parsed.raw), parsed.signature);
  return good ? publicKeyLine(parsed.raw) : undefined;
}

function toBeSigned(data: Uint8Array, namespace: string): Buffer {
  const digest = createHash(HASH).update(data).digest();
  return Buffer.concat([MAGIC, sshString(namespace), sshString(''), sshString(HASH), sshString(digest)]);
}

function armor(raw: Uint8Array, signature: Uint8Array, namespace: string): string {
  const bytes = Buffer.concat([
    MAGIC,
    uint32(1),
    sshString(publicKeyBlob(raw)),
    sshString(namespace),
    sshString(''),
    sshString(HASH),
    sshString(Buffer.concat([sshString(KEY_TYPE), sshString(signature)])),
  ]);
  const lines = bytes.toString('base64').match(/.{1,70}/g) ?? [];
  return [BEGIN, ...lines, END, ''].join('\n');
}

/** Reads the two things that vary; that the rest is as it must be shows when it is written again. */
function parseArmor(text: string): { raw: Buffer; signature: Buffer } | undefined {
  if (!text.startsWith(`${BEGIN}\n`) || !text.endsWith(`\n${END}`)) return undefined;
  const body = Buffer.from(text.slice(BEGIN.length, -END.length), 'base64');
  const wire: Wire = { bytes: body, at: MAGIC.length };
  try {
    if (readUint32(wire) !== 1) return undefined;
    const raw = rawOfBlob(readString(wire));
    for (let skipped = 0; skipped < 3; skipped += 1) readString(wire);
    const inner: Wire = { bytes: readString(wire), at: 0 };
    readString(inner);
    const signature = readString(inner);
    return raw !== undefined && signature.length === 64 ? { raw, signature } : undefined;
  } catch {
    return undefined;
  }
}
