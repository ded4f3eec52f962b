/** The primitive types of SSH (RFC 4251 section 5), written and read. */

/** Bytes and how far they have been read. */
export interface Wire {
  readonly bytes: Buffer;
  at: number;
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A length and then that many bytes. */
export function sshString(value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** @throws RangeError when there are fewer bytes than announced; so do the others. */
export function readUint32(wire: Wire): number {
  if (wire.at + 4 > wire.bytes.length) throw new RangeError('ends early');
  wire.at += 4;
  return wire.bytes.readUInt32BE(wire.at - 4);
}

export function readString(wire: Wire): Buffer {
  const length = readUint32(wire);
  if (wire.at + length > wire.bytes.length) throw new RangeError('ends early');
  wire.at += length;
  return wire.bytes.subarray(wire.at - length, wire.at);
}
