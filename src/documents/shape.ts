import type { ErrorObject } from 'ajv/dist/2020.js';
import { type Path, pathOfPointer } from './path.js';
import type { Schema } from './schema.js';
import { validatorOf } from './validator.js';
import { quoted } from './visible.js';
import type { Draft } from './yaml-profile.js';

/**
 * Holds a document, or the part of it at `at`, against a schema and reports every difference at the node it is about.
 * Damaged places are passed over: what is wrong with them has been said.
 */
export function checkShape(draft: Draft, schema: Schema, at: Path = []): void {
  const value = valueAt(draft.value, at);
  const validate = validatorOf(schema);
  if (value === undefined || validate(value)) return;
  const judged = new Set<string>();
  for (const error of (validate.errors ?? []).toSorted(typesFirst)) {
    const path = [...at, ...pathOfPointer(error.instancePath)];
    if (draft.isDamaged(path) || isRepeated(error)) continue;
    // One place, one complaint: what is of the wrong type also has the wrong form.
    const place = JSON.stringify([path, error.propertyName]);
    if (!isAboutKeys(error) && judged.has(place)) continue;
    if (!isAboutKeys(error)) judged.add(place);
    const report = REPORTS[error.keyword] ?? reportInvalid;
    report(draft, path, error);
    if (error.keyword !== 'additionalProperties') draft.breakAt(path);
  }
}

function typesFirst(a: ErrorObject, b: ErrorObject): number {
  return Number(b.keyword === 'type') - Number(a.keyword === 'type');
}

function isAboutKeys({ keyword }: ErrorObject): boolean {
  return keyword === 'required' || keyword === 'additionalProperties' || keyword === 'uniqueItems';
}

/** A document is of version 1, or nothing else about it can be judged. */
export function checkVersion(draft: Draft): boolean {
  const version = valueAt(draft.value, ['version']);
  if (draft.value === undefined || version === undefined || typeof version !== 'number' || version === 1)
    return true;
  draft.report('unknown_version', ['version'], { found: String(version) });
  draft.breakAt([]);
  return false;
}

/** What is at a path of plain data, by own keys only (T010). */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}

/** The keys of a mapping that may not be there. */
export function keysAt(root: unknown, path: Path): string[] {
  const value = valueAt(root, path);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

/** Branches of a choice speak through the choice, and keys through the key. */
function isRepeated({ schemaPath, keyword }: ErrorObject): boolean {
  return keyword === 'propertyNames' || /\/(?:oneOf|anyOf)\/\d/.test(schemaPath);
}

type Report = (draft: Draft, path: Path, error: ErrorObject) => void;

const REPORTS: Readonly<Record<string, Report>> = {
  required: (draft, path, { params, parentSchema }) => {
    const key = String(params.missingProperty);
    const schema = propertiesOf(parentSchema)[key];
    draft.report('missing_key', path, { key, expected: expected(schema) });
  },
  additionalProperties: (draft, path, { params, parentSchema }) => {
    const key = String(params.additionalProperty);
    const known = Object.keys(propertiesOf(parentSchema));
    const facts = { key: quoted(key), suggestion: draft.suggest(key, known) };
    draft.report('unknown_key', [...path, key], facts, 'key');
  },
  type: (draft, path, { data, parentSchema, message }) => {
    draft.report('wrong_type', path, { found: described(data), expected: expected(parentSchema, message) });
  },
  minItems: (draft, path, error) => reportCount('too_few', draft, path, error),
  minProperties: (draft, path, error) => reportCount('too_few', draft, path, error),
  maxItems: (draft, path, error) => reportCount('too_many', draft, path, error),
  maxProperties: (draft, path, error) => reportCount('too_many', draft, path, error),
  uniqueItems: (draft, path, { params, data }) => {
    const index = Math.max(Number(params.i), Number(params.j));
    draft.report('duplicate_item', [...path, index], { item: described(valueAt(data, [index])) });
  },
  oneOf: (draft, path, error) => {
    const keys = alternatives(error.schema);
    if (keys === undefined) reportInvalid(draft, path, error);
    else draft.report('choose_one', path, { keys: keys.join(', ') });
  },
};

function reportCount(
  code: 'too_few' | 'too_many',
  draft: Draft,
  path: Path,
  { params, data }: ErrorObject,
): void {
  const found = Array.isArray(data) ? data.length : Object.keys(data as object).length;
  draft.report(code, path, { found, limit: Number(params.limit) });
}

function reportInvalid(draft: Draft, path: Path, error: ErrorObject): void {
  const { data, parentSchema, message, propertyName } = error;
  const facts = { found: described(data), expected: expected(parentSchema, message) };
  if (propertyName === undefined) draft.report('invalid_value', path, facts);
  else
    draft.report('invalid_value', [...path, propertyName], { ...facts, found: quoted(propertyName) }, 'key');
}

/** The keys of a choice that is made by which key is there. */
function alternatives(branches: unknown): string[] | undefined {
  if (!Array.isArray(branches)) return undefined;
  const keys = branches.flatMap((branch: Schema) => (Array.isArray(branch.required) ? branch.required : []));
  return keys.length === branches.length ? keys : undefined;
}

function propertiesOf(schema: unknown): Readonly<Record<string, Schema>> {
  return (schema as Schema | undefined)?.properties ?? {};
}

/** Our own schemas say what belongs there; those of providers have a title and the validator's words. */
function expected(schema: unknown, otherwise?: string): string {
  const { description, title } = (schema ?? {}) as Schema;
  if (description !== undefined) return description;
  const words = [
    ...(typeof title === 'string' ? [quoted(title)] : []),
    ...(otherwise === undefined ? [] : [otherwise]),
  ];
  return words.length === 0 ? 'a value of its kind' : `a value of its kind (${words.join(', ')})`;
}

function described(value: unknown): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string') return value === '' ? 'an empty text' : quoted(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : String(value);
}
