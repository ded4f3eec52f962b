import { NOT_CANONICAL } from './canonical-lines.js';
import { INTEGER, plainOrNothing } from './canonical-scalars.js';
import { isDateTime } from './formats.js';
import type { Schema } from './schema.js';

/** What a schema lets through of a scalar. Throws `NOT_CANONICAL` for anything else, and for what it is not certain of. */
export interface Leaf {
  /** Of what stands there without quotes. */
  plain(raw: string): unknown;
  /** Of what stood in quotes or in a block. */
  text(value: string): unknown;
}

/** @param type one of JSON Schema's for scalars. */
export function leafOf(schema: Schema, type: string, isNullable: boolean): Leaf {
  const leaf = LEAVES[type]?.(schema);
  if (leaf === undefined) throw new TypeError(`no scalars of type ${type} are read this way`);
  if (!isNullable) return leaf;
  // ajv asks enum and const of null as well.
  if (schema.enum !== undefined || schema.const !== undefined) throw new TypeError('a word that may be null');
  return { ...leaf, plain: (raw) => (raw === 'null' ? null : leaf.plain(raw)) };
}

const LEAVES: Readonly<Record<string, (schema: Schema) => Leaf>> = {
  string: (schema) => (schema.enum === undefined ? textLeaf(schema) : wordLeaf(schema.enum as string[])),
  integer: numberLeaf,
  number: numberLeaf,
  boolean: () => ({
    plain(raw) {
      if (raw !== 'true' && raw !== 'false') throw NOT_CANONICAL;
      return raw === 'true';
    },
    text: refuse,
  }),
};

function refuse(): never {
  throw NOT_CANONICAL;
}

/** Words of a closed list, each the same string wherever it stands. */
function wordLeaf(words: readonly string[]): Leaf {
  const quotable = new Map(words.map((word) => [word, word]));
  const plain = new Map(words.filter((word) => plainOrNothing(word) === word).map((word) => [word, word]));
  const take = (known: ReadonlyMap<string, string>) => (text: string) => {
    const word = known.get(text);
    if (word === undefined) throw NOT_CANONICAL;
    return word;
  };
  return { plain: take(plain), text: take(quotable) };
}

function textLeaf({ pattern, format, minLength = 0, maxLength = Number.POSITIVE_INFINITY }: Schema): Leaf {
  const grammar = pattern === undefined ? undefined : new RegExp(String(pattern), 'u');
  // The one format there is, and one that can be taken for nothing else.
  const isInstant = format !== undefined;
  const [least, most] = [Number(minLength), Number(maxLength)];
  // Characters are counted, and one of them may take two units: fewer units than this are surely too few.
  const fits = (text: string) =>
    (grammar === undefined || grammar.test(text)) &&
    (!isInstant || isDateTime(text)) &&
    text.length >= least * 2 - 1 &&
    text.length <= most;
  return {
    plain(raw) {
      if (!(fits(raw) && (isInstant || typeof plainOrNothing(raw) === 'string'))) throw NOT_CANONICAL;
      return raw;
    },
    text(value) {
      if (!fits(value)) throw NOT_CANONICAL;
      return value;
    },
  };
}

function numberLeaf(schema: Schema): Leaf {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema;
  const [least, most] = [Number(minimum), Number(maximum)];
  return {
    plain(raw) {
      const value = INTEGER.test(raw) ? Number(raw) : Number.NaN;
      if (!(value >= least && value <= most)) throw NOT_CANONICAL;
      if (schema.const !== undefined && value !== schema.const) throw NOT_CANONICAL;
      return value;
    },
    text: refuse,
  };
}
