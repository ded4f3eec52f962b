import type { Json } from '../core/entitlement.js';
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
 * Schema marks what is never shown. A mapping may have such values as well.
 */
export function connectionIn(schema: Schema): Schema {
  const known = written.get(schema);
  if (known !== undefined) return known;
  const properties = Object.entries(schema.properties ?? {}).map(([key, part]): [string, Schema] => {
    if (part.writeOnly === true) return [key, SECRET];
    return [key, holdsSecrets(part) ? { ...part, additionalProperties: SECRET } : part];
  });
  const connection = { ...schema, properties: { kind: ID, ...Object.fromEntries(properties) } };
  written.set(schema, connection);
  return connection;
}

/** One for each schema, which then is compiled once. */
const written = new WeakMap<Schema, Schema>();

function holdsSecrets({ additionalProperties }: Schema): boolean {
  return typeof additionalProperties === 'object' && additionalProperties.writeOnly === true;
}

/** Where a secret is. The document never holds one. */
export type SecretSource =
  | { readonly env: string }
  | { readonly file: string }
  | { readonly command: readonly string[] };

/** A secret of a connection: under which key, or under which key of which mapping, it belongs. */
export interface SecretPlace {
  readonly at: readonly [key: string] | readonly [mapping: string, key: string];
  readonly source: SecretSource;
}

/** What a valid connection says in the open, and where the rest of it is. */
export function splitConnection(
  schema: Schema,
  body: Readonly<Record<string, Json>>,
): { readonly connection: Readonly<Record<string, Json>>; readonly secrets: readonly SecretPlace[] } {
  const secrets: SecretPlace[] = [];
  const connection: Record<string, Json> = {};
  for (const [key, value] of Object.entries(body)) {
    const part = schema.properties?.[key] ?? {};
    if (part.writeOnly === true) secrets.push({ at: [key], source: value as SecretSource });
    else if (holdsSecrets(part))
      for (const [name, source] of Object.entries(value as Readonly<Record<string, SecretSource>>))
        secrets.push({ at: [key, name], source });
    else connection[key] = value;
  }
  return { connection, secrets };
}

/** A connection with its secrets in their places. */
export function withSecrets(
  connection: Readonly<Record<string, Json>>,
  secrets: readonly { readonly at: SecretPlace['at']; readonly value: string }[],
): Readonly<Record<string, Json>> {
  const whole: Record<string, Json> = { ...connection };
  for (const { at, value } of secrets) {
    const [key, name] = at;
    whole[key] = name === undefined ? value : { ...(whole[key] as object | undefined), [name]: value };
  }
  return whole;
}
