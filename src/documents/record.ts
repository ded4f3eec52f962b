import { certain } from './certain.js';
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
  if (schema.properties === undefined) return sorted(value);
  const source = value as Readonly<Record<string, unknown>>;
  const { ordered, names } = namesOf(schema);
  const stranger = Object.keys(source).find((name) => !names.has(name));
  if (stranger !== undefined) throw new TypeError(`the schema knows no ${stranger}`);
  const result: Record<string, unknown> = {};
  for (const { key, name, part } of ordered) {
    const own = source[name];
    if (own !== undefined) result[key] = toDocument(own, part);
  }
  return result;
}

/** The properties of a schema under both their names. */
interface Names {
  readonly ordered: readonly { readonly key: string; readonly name: string; readonly part: Schema }[];
  readonly names: ReadonlySet<string>;
  readonly byKey: ReadonlyMap<string, { readonly name: string; readonly part: Schema }>;
}

const KNOWN_NAMES = new WeakMap<Schema, Names>();

/** Converted once: documents are written and read by the thousand. */
function namesOf(schema: Schema): Names {
  const known = KNOWN_NAMES.get(schema);
  if (known !== undefined) return known;
  const ordered = Object.entries(schema.properties ?? {}).map(([key, part]) => ({
    key,
    name: camel(key),
    part,
  }));
  const names = new Set(ordered.map(({ name }) => name));
  const byKey = new Map(ordered.map((one) => [one.key, one]));
  const made = { ordered, names, byKey };
  KNOWN_NAMES.set(schema, made);
  return made;
}

/** The way back. The document has been held against the schema. */
export function fromDocument(value: unknown, schema: Schema): unknown {
  const { items, properties } = schema;
  if (Array.isArray(value))
    return items === undefined ? value.map(bare) : value.map((item) => fromDocument(item, items));
  if (typeof value !== 'object' || value === null) return value;
  if (properties === undefined) return bare(value);
  const { byKey } = namesOf(schema);
  const source = value as Readonly<Record<string, unknown>>;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(source)) {
    const { name, part } = certain(byKey.get(key));
    result[name] = fromDocument(source[key], part);
  }
  return result;
}

/** Data whose keys are anybody's, without a prototype that could answer for a key (T010). */
export function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  const source = value as Readonly<Record<string, unknown>>;
  const result: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(source)) result[key] = bare(source[key]);
  return result;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value).sort())
    result[key] = sorted((value as Readonly<Record<string, unknown>>)[key]);
  return result;
}
