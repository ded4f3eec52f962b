import { createHash } from 'node:crypto';
import type { NewObject } from './new-object.js';

/** A pack and its index, as gitformat-pack(5) describes them: version 2 of both, every object whole. */
export interface Pack {
  /** Of the pack's own checksum, as git names packs. */
  readonly name: string;
  readonly pack: Buffer;
  readonly index: Buffer;
}

const TYPES = { commit: 1, tree: 2, blob: 3 } as const;
const ID_BYTES = 20;

interface Packed {
  readonly oid: Buffer;
  readonly offset: number;
  readonly crc: number;
}

/** @param deflate the zlib stream of some bytes. */
export function packOf(objects: readonly NewObject[], deflate: (bytes: Uint8Array) => Buffer): Pack {
  const parts: Buffer[] = [Buffer.concat([Buffer.from('PACK', 'latin1'), uint32(2), uint32(objects.length)])];
  const packed: Packed[] = [];
  let offset = parts[0]?.length ?? 0;
  for (const { type, oid, bytes } of objects) {
    const part = Buffer.concat([objectHead(TYPES[type], bytes.length), deflate(bytes)]);
    packed.push({ oid: Buffer.from(oid, 'hex'), offset, crc: crc32(part) });
    parts.push(part);
    offset += part.length;
  }
  const { bytes: pack, checksum } = withChecksum(parts);
  return { name: checksum.toString('hex'), pack, index: indexOf(packed, checksum) };
}

/** The size takes four bits of the first byte, beside the type, and then seven a byte, the lowest first. */
function objectHead(type: number, size: number): Buffer {
  const bytes: number[] = [];
  let rest = Math.floor(size / 16);
  let byte = type * 16 + (size % 16);
  while (rest > 0) {
    bytes.push(byte + 0x80);
    byte = rest % 128;
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, byte]);
}

/** Ids in order behind a table of how many begin with at most each byte; then checksums and offsets in the same order. */
function indexOf(packed: readonly Packed[], checksum: Buffer): Buffer {
  const sorted = packed.toSorted((one, other) => one.oid.compare(other.oid));
  const upTo = Buffer.alloc(256 * 4);
  let count = 0;
  for (let first = 0; first < 256; first += 1) {
    while (sorted[count]?.oid[0] === first) count += 1;
    upTo.writeUInt32BE(count, first * 4);
  }
  return withChecksum([
    Buffer.from([0xff, 0x74, 0x4f, 0x63]),
    uint32(2),
    upTo,
    ...sorted.map(({ oid }) => oid),
    ...sorted.map(({ crc }) => uint32(crc)),
    ...sorted.map(({ offset }) => uint32(offset)),
    checksum,
  ]).bytes;
}

function withChecksum(parts: readonly Buffer[]): { readonly bytes: Buffer; readonly checksum: Buffer } {
  const body = Buffer.concat(parts);
  const checksum = createHash('sha1').update(body).digest();
  return { bytes: Buffer.concat([body, checksum], body.length + ID_BYTES), checksum };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** The CRC of zlib and of everything else: polynomial 0xEDB88320, from the lowest bit. Node has its own from 22.2 on. */
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
