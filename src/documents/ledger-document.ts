import { readRecord } from './canonical-record.js';
import { emitYaml } from './emit.js';
import type { Parsed } from './issue.js';
import { LEDGER_PROFILE } from './profile.js';
import { fromDocument, toDocument } from './record.js';
import type { Schema } from './schema.js';
import { checkShape, checkVersion } from './shape.js';
import { readYaml } from './yaml-profile.js';

/** A document the app wrote. Anything it would not write itself is an issue; the caller quarantines it (T105). */
export function parseRecord<T>(bytes: Uint8Array, file: string, schema: Schema): Parsed<T> {
  return asWritten<T>(bytes, schema) ?? parseInFull(bytes, file, schema);
}

/** The same in the strict profile, which knows every spelling and says what is wrong and where. */
export function parseInFull<T>(bytes: Uint8Array, file: string, schema: Schema): Parsed<T> {
  const draft = readYaml(bytes, file, LEDGER_PROFILE);
  if (checkVersion(draft)) checkShape(draft, schema);
  return draft.conclude(() => fromDocument(draft.value, schema) as T);
}

/** The value of a document that is spelled as we spell it and of the right shape; `undefined` for any other. */
function asWritten<T>(bytes: Uint8Array, schema: Schema): Parsed<T> | undefined {
  if (!(bytes.byteLength <= LEDGER_PROFILE.bytes)) return undefined;
  const value = readRecord(bytes, schema);
  return value === undefined ? undefined : { value: value as T, warnings: [] };
}

/** @throws RangeError when the document could not be read back: a ledger that cannot be read is worse than one not written. */
export function renderRecord(value: object, schema: Schema): string {
  const document = emitYaml(toDocument(value, schema) as Readonly<Record<string, unknown>>);
  // UTF-8 takes at most three bytes for what is one unit of a text here.
  if (document.length * 3 <= LEDGER_PROFILE.bytes) return document;
  const size = new TextEncoder().encode(document).byteLength;
  if (!(size <= LEDGER_PROFILE.bytes)) throw new RangeError(`a ledger document of ${size} bytes`);
  return document;
}
