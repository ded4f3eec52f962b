import { createHash } from 'node:crypto';
import type { Oid } from '../../core/approval.js';

/** An object on its way into the repository. */
export interface NewObject {
  readonly type: 'blob' | 'tree' | 'commit';
  readonly oid: Oid;
  readonly bytes: Uint8Array;
}

/** The id git gives an object of these bytes. */
export function objectId(type: NewObject['type'], bytes: Uint8Array): Oid {
  return createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex') as Oid;
}

export function newObject(type: NewObject['type'], bytes: Uint8Array): NewObject {
  return { type, oid: objectId(type, bytes), bytes };
}
