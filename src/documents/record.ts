import { mapping, type Schema } from './schema.js';

/** `pullRequest` as documents spell it: `pull_request`. */
export type Snake<Name extends string> = Name extends `${infer Head}${infer Tail}`
  ? Head extends Lowercase<Head>
    ? `${Head}${Snake<Tail>}`
    : `_${Lowercase<Head>}${Snake<Tail>}`
  : Name;

type OptionalKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** A schema for every property of a core type: a property that is added there does not compile here until it has one. */
type SchemasOf<T> = { readonly [K in keyof T & string as Snake<K>]-?: Schema };

/** Names the properties that may be absent, again so that the compiler knows when that changes. */
type OptionalOf<T> = Readonly<Record<Snake<OptionalKeys<T> & string>, true>>;

/** The schema of a core type: the same properties under their document names, in the order they are written in. */
export function record<T>(
  properties: SchemasOf<T>,
  optional: OptionalOf<T>,
  description = 'a mapping',
): Schema {
  return mapping(properties as Readonly<Record<string, Schema>>, {
    optional: Object.keys(optional),
    description,
  });
}

/** The one mechanical converter of names. */
export function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * A core value as its document has it: names converted and in the schema's order. Where a schema lists no properties the value
 * is somebody else's data, carried as it is with its keys sorted. @throws TypeError for a property the schema does not know.
 */
export function toDocument(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value))
    return value.map((item) => (schema.items ? toDocument(item, schema.items) : sorted(item)));
  if (typeof value !== 'object' || value === null) return value;
  const { properties } = schema;
  if (properties === undefined) return sorted(value);
  const source = value as Readonly<Record<string, unknown>>;
  const stranger = Object.keys(source).find((name) => properties[snake(name)] === undefined);
  if (stranger !== undefined) throw new TypeError(`the schema knows no ${stranger}`);
  const result: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(properties)) {
    const own = source[camel(key)];
    if (own !== undefined) result[key] = toDocument(own, part);
  }
  return result;
}

/** The way back. The document has been held against the schema. */
export function fromDocument(value: unknown, schema: Schema): unknown {
  const { items, properties } = schema;
  if (Array.isArray(value))
    return items === undefined ? value : value.map((item) => fromDocument(item, items));
  if (typeof value !== 'object' || value === null || properties === undefined) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [camel(key), fromDocument(part, properties[key] ?? {})]),
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value).sort())
    result[key] = sorted((value as Readonly<Record<string, unknown>>)[key]);
  return result;
}
