import type { Kinds } from './provider-kinds.js';
import { checkKind } from './provider-kinds.js';
import type { Schema } from './schema.js';
import { SECRET } from './schemas/settings.js';
import { ID } from './schemas/words.js';
import { checkShape, keysAt, valueAt } from './shape.js';
import type { Draft } from './yaml-profile.js';

/** Each target against what its kind says a connection is. */
export function checkTargetSettings(draft: Draft, kinds: Kinds): void {
  for (const target of keysAt(draft.value, ['targets'])) {
    const at = ['targets', target];
    checkKind(draft, [...at, 'kind'], kinds);
    const kind = kinds.get(String(valueAt(draft.value, [...at, 'kind'])));
    if (kind !== undefined && draft.isSound(at)) checkShape(draft, connectionIn(kind.connectionSchema), at);
  }
}

/**
 * The connection as settings write it: beside its kind, and with references where the kind says `writeOnly`, which is how JSON
 * Schema marks what is never shown.
 */
function connectionIn(schema: Schema): Schema {
  const hidden = secretKeys(schema);
  const properties = Object.entries(schema.properties ?? {}).map(([key, part]) => [
    key,
    hidden.has(key) ? SECRET : part,
  ]);
  return { ...schema, properties: { kind: ID, ...Object.fromEntries(properties) } };
}

/** The keys of a connection that are secrets. */
export function secretKeys({ properties = {} }: Schema): ReadonlySet<string> {
  return new Set(Object.keys(properties).filter((key) => properties[key]?.writeOnly === true));
}
