import { type Reader, readerOf } from './wire-format.js';

/** A kind of key: the type of a certificate for it, and the parts after its type. */
interface KeyType {
  readonly certificate: string;
  readonly parts: readonly ((part: Buffer) => boolean)[];
}

const isLong =
  (length: number) =>
  (part: Buffer): boolean =>
    part.length === length;
const isText =
  (text: string) =>
  (part: Buffer): boolean =>
    part.toString('latin1') === text;
/** Not compressed (SEC 1, section 2.3.3), which is all that OpenSSH takes. */
const isPoint =
  (coordinate: number) =>
  (part: Buffer): boolean =>
    part.length === 1 + 2 * coordinate && part[0] === 4;
/** The application of a security key, `ssh:` unless somebody chose another. */
const isApplication = (part: Buffer): boolean => /^[!-~]{1,64}$/.test(part.toString('latin1'));

const ecdsa = (bits: number, coordinate: number): [string, KeyType] => [
  `ecdsa-sha2-nistp${bits}`,
  {
    certificate: `ecdsa-sha2-nistp${bits}-cert-v01@openssh.com`,
    parts: [isText(`nistp${bits}`), isPoint(coordinate)],
  },
];

/**
 * What a person may prove themselves with (RFC 8709, RFC 5656, OpenSSH's PROTOCOL.u2f and PROTOCOL.certkeys). RSA is left out: such
 * keys are too long for an identity, and weak ones would have to be told from others.
 */
const TYPES: ReadonlyMap<string, KeyType> = new Map([
  ['ssh-ed25519', { certificate: 'ssh-ed25519-cert-v01@openssh.com', parts: [isLong(32)] }],
  ecdsa(256, 32),
  ecdsa(384, 48),
  ecdsa(521, 66),
  [
    'sk-ssh-ed25519@openssh.com',
    { certificate: 'sk-ssh-ed25519-cert-v01@openssh.com', parts: [isLong(32), isApplication] },
  ],
  [
    'sk-ecdsa-sha2-nistp256@openssh.com',
    {
      certificate: 'sk-ecdsa-sha2-nistp256-cert-v01@openssh.com',
      parts: [isText('nistp256'), isPoint(32), isApplication],
    },
  ],
]);

/**
 * Whether a text is one public key, `type base64` and nothing else: no options before it, no comment behind it and no second line,
 * so that one key has one spelling and ssh-keygen has nothing to interpret.
 */
export function isPublicKey(text: string): boolean {
  const [type = '', base64 = '', ...rest] = text.split(' ');
  const known = TYPES.get(type);
  const data = Buffer.from(base64, 'base64');
  if (known === undefined || rest.length > 0 || data.toString('base64') !== base64) return false;
  try {
    const reader = readerOf(data);
    return reader.text() === type && known.parts.every((fits) => fits(reader.bytes())) && reader.isDone();
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Reads the key out of a certificate whose type and nonce were read. @returns it as `type base64`. */
export function readCertifiedKey(certificate: string, reader: Reader): string | undefined {
  const [type, known] = [...TYPES].find(([, one]) => one.certificate === certificate) ?? [];
  if (type === undefined || known === undefined) return undefined;
  const parts = [Buffer.from(type), ...known.parts.map(() => reader.bytes())];
  const data = Buffer.concat(parts.flatMap((part) => [lengthOf(part), part]));
  return `${type} ${data.toString('base64')}`;
}

function lengthOf(part: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
}
