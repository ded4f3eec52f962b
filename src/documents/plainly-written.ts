import { mapping } from './canonical.js';
import { isLegible, NOT_CANONICAL } from './canonical-lines.js';
import { strictly } from './decode.js';
import type { Profile } from './profile.js';
import type { Schema } from './schema.js';
import { validatorOf } from './validator.js';

/**
 * The plain data of a document that people write as plainly as we write ours, and that has the right shape: nothing is wrong with it then, and
 * nobody needs to know where its values stand. `undefined` for any other, which the strict profile reads and says of what is wrong and where.
 */
export function plainlyWritten(bytes: Uint8Array, profile: Profile, schema: Schema): unknown {
  if (!(bytes.byteLength <= profile.bytes)) return undefined;
  const text = strictly(bytes);
  if (text === undefined || !isLegible(text, profile.line)) return undefined;
  const value = wholeOf(text);
  return value !== undefined && validatorOf(schema)(value) ? value : undefined;
}

function wholeOf(text: string): object | undefined {
  // `hallpass request` says in a first line where editors find the schema.
  const cursor = { text, at: text.startsWith('# ') ? text.indexOf('\n') + 1 : 0 };
  try {
    const value = mapping(cursor, 0);
    return cursor.at === text.length ? value : undefined;
  } catch (error) {
    if (error === NOT_CANONICAL) return undefined;
    throw error;
  }
}
