import { emitYaml } from './emit.js';
import type { Parsed } from './issue.js';
import { LEDGER_PROFILE } from './profile.js';
import { fromDocument, toDocument } from './record.js';
import type { Schema } from './schema.js';
import { checkShape, checkVersion } from './shape.js';
import { readYaml } from './yaml-profile.js';

/** A document the app wrote. Anything it would not write itself is an issue; the caller quarantines it (T105). */
export function parseRecord<T>(bytes: Uint8Array, file: string, schema: Schema): Parsed<T> {
  const draft = readYaml(bytes, file, LEDGER_PROFILE);
  if (checkVersion(draft)) checkShape(draft, schema);
  return draft.conclude(() => fromDocument(draft.value, schema) as T);
}

/** @throws RangeError when the document could not be read back: a ledger that cannot be read is worse than one not written. */
export function renderRecord(value: object, schema: Schema): string {
  const document = emitYaml(toDocument(value, schema) as Readonly<Record<string, unknown>>);
  const size = new TextEncoder().encode(document).byteLength;
  if (!(size <= LEDGER_PROFILE.bytes)) throw new RangeError(`a ledger document of ${size} bytes`);
  return document;
}
