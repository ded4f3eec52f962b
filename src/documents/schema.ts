/** A JSON Schema (2020-12) as far as ours use it. */
export interface Schema {
  readonly type?: string | readonly string[];
  /** Says in a few words what belongs here; messages are made of it. */
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: false | Schema;
  readonly [keyword: string]: unknown;
}

/** Text on one line. */
export const text = (least: number, most: number, description: string): Schema => ({
  ...prose(least, most, description),
  pattern: '^[^\\n]*$',
});

/** Text that may have line breaks. Characters are counted, not code units. */
export const prose = (least: number, most: number, description: string): Schema => ({
  type: 'string',
  minLength: least,
  maxLength: most,
  description,
});

export const pattern = (source: string, description: string): Schema => ({
  type: 'string',
  pattern: source,
  description,
});

export const integer = (least: number, most: number, description: string): Schema => ({
  type: 'integer',
  minimum: least,
  maximum: most,
  description,
});

export const flag = (description = 'true or false'): Schema => ({ type: 'boolean', description });

export const exactly = (value: string | number | boolean): Schema => ({
  const: value,
  description: `${value}`,
});

/** A closed list of words. The record makes the compiler ask for every member of the union. */
export const word = <W extends string>(words: Readonly<Record<W, true>>): Schema => {
  const all = Object.keys(words);
  return { type: 'string', enum: all, description: `one of ${all.join(', ')}` };
};

export const list = (
  items: Schema,
  description: string,
  bounds: Readonly<Record<string, unknown>> = {},
): Schema => ({
  type: 'array',
  description,
  ...bounds,
  items,
});

interface MappingOptions {
  readonly optional?: readonly string[];
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

/** A mapping that holds the listed keys and no other. */
export const mapping = (
  properties: Readonly<Record<string, Schema>>,
  options: MappingOptions = {},
): Schema => {
  const { optional = [], description = 'a mapping', ...keywords } = options;
  return {
    type: 'object',
    description,
    ...keywords,
    properties,
    required: Object.keys(properties).filter((key) => !optional.includes(key)),
    additionalProperties: false,
  };
};

/** A mapping whose keys are data. */
export const dictionary = (
  key: Schema,
  value: Schema,
  options: Readonly<Record<string, unknown>> = {},
): Schema => ({
  type: 'object',
  description: 'a mapping',
  ...options,
  propertyNames: key,
  additionalProperties: value,
});

/** The same, or null. Not `anyOf`, so that problems inside are told one by one. */
export const orNull = (schema: Schema): Schema => ({ ...schema, type: [String(schema.type), 'null'] });

/** A document: a mapping with an address and a title of its own. */
export const documentSchema = (name: string, title: string, body: Schema): Schema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: `urn:hallpass:${name}`,
  title,
  ...body,
});
