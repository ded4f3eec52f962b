import { readCertifiedKey } from './public-key.js';
import { type Reader, readerOf } from './wire-format.js';

/** What a certificate says (OpenSSH's PROTOCOL.certkeys). Its signature is not looked at: hosts do that. */
export interface Certificate {
  /** As in its file: type and base64. */
  readonly text: string;
  readonly serial: bigint;
  /** 1 is for people, 2 for hosts. */
  readonly type: number;
  readonly keyId: string;
  readonly principals: readonly string[];
  /** Seconds since 1970. Good from the first, and no more at the second. */
  readonly validAfter: bigint;
  readonly validBefore: bigint;
  readonly critical: ReadonlyMap<string, string>;
  readonly extensions: readonly string[];
  /** The key it is for, as `type base64`. */
  readonly subject: string;
  /** The key that signed it, in base64, and how. */
  readonly authority: string;
  readonly signature: string;
}

/** @returns undefined for whatever is not one whole certificate for a key of a kind that is certified here. */
export function parseCertificate(line: string): Certificate | undefined {
  const [type = '', base64 = ''] = line.trim().split(' ');
  const data = Buffer.from(base64, 'base64');
  if (data.toString('base64') !== base64) return undefined;
  try {
    const reader = readerOf(data);
    if (reader.text() !== type) return undefined;
    reader.bytes(); // the nonce
    const subject = readCertifiedKey(type, reader);
    return subject === undefined ? undefined : readBody(reader, { text: `${type} ${base64}`, subject });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readBody(
  reader: Reader,
  { text, subject }: Pick<Certificate, 'text' | 'subject'>,
): Certificate | undefined {
  const said = {
    serial: reader.uint64(),
    type: reader.uint32(),
    keyId: reader.text(),
    principals: reader.list().map(String),
    validAfter: reader.uint64(),
    validBefore: reader.uint64(),
    critical: new Map(pairs(reader.list()).map(([name, data]) => [name, optionOf(data)])),
    extensions: pairs(reader.list()).map(([name]) => name),
  };
  reader.bytes(); // reserved
  const authority = reader.bytes().toString('base64');
  const signature = readerOf(reader.bytes()).text();
  return reader.isDone() ? { text, subject, ...said, authority, signature } : undefined;
}

/** Names and data in turn. */
function pairs(parts: readonly Buffer[]): readonly (readonly [string, Buffer])[] {
  return parts.flatMap((name, index) => {
    const data = parts[index + 1] ?? Buffer.alloc(0);
    return index % 2 === 0 ? [[String(name), data] as const] : [];
  });
}

/** The data of an option is empty or one text, written once more with its length. */
function optionOf(data: Buffer): string {
  return data.length === 0 ? '' : readerOf(data).text();
}
