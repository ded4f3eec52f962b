/** Reads what SSH writes: lengths and numbers in network order (RFC 4251, section 5). Throws RangeError past the end. */
export interface Reader {
  uint32(): number;
  uint64(): bigint;
  bytes(): Buffer;
  text(): string;
  /** What is in it, one after the other. */
  list(): readonly Buffer[];
  isDone(): boolean;
}

export function readerOf(data: Buffer): Reader {
  let at = 0;
  const take = (length: number): Buffer => {
    if (!(length <= data.length - at)) throw new RangeError('the data ends too early');
    at += length;
    return data.subarray(at - length, at);
  };
  const bytes = (): Buffer => take(take(4).readUInt32BE());
  return {
    uint32: () => take(4).readUInt32BE(),
    uint64: () => take(8).readBigUInt64BE(),
    bytes,
    text: () => bytes().toString('utf8'),
    list() {
      const inner = readerOf(bytes());
      const all: Buffer[] = [];
      while (!inner.isDone()) all.push(inner.bytes());
      return all;
    },
    isDone: () => at === data.length,
  };
}
