import { readFileSync } from 'node:fs';

interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  readonly union?: boolean;
  readonly document?: boolean;
}

export interface Model {
  readonly metadata: { readonly targetPrefix: string };
  readonly operations: Readonly<
    Record<string, { readonly input: string; readonly output: string; readonly errors: readonly string[] }>
  >;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** A service as AWS describes it, by what its requests carry in `X-Amz-Target`. */
export const MODELS: ReadonlyMap<string, Model> = new Map(
  ['sso-admin', 'identitystore', 'organizations'].map((name) => {
    const model: Model = JSON.parse(readFileSync(new URL(`./model/${name}.json`, import.meta.url), 'utf8'));
    return [model.metadata.targetPrefix, model];
  }),
);

/** What is wrong with a value of a shape, as sentences. */
export function violations(model: Model, name: string, value: unknown, at = name): string[] {
  const shape = model.shapes[name];
  if (shape === undefined) return [`${at}: no shape ${name}`];
  if (shape.document) return [];
  const check = CHECKS[shape.type];
  return check === undefined ? [`${at}: no check for ${shape.type}`] : check(model, shape, { value, at });
}

interface Part {
  readonly value: unknown;
  readonly at: string;
}

type Check = (model: Model, shape: Shape, part: Part) => string[];

const isWhen =
  (type: string, test: (value: unknown) => boolean): Check =>
  (_model, _shape, { value, at }) =>
    test(value) ? [] : [`${at}: ${JSON.stringify(value)} is no ${type}`];

const CHECKS: Readonly<Record<string, Check>> = {
  structure: checkStructure,
  list: checkList,
  string: checkText,
  integer(_model, { min = 0, max = Number.MAX_SAFE_INTEGER }, { value, at }) {
    return Number.isInteger(value) && Number(value) >= min && Number(value) <= max
      ? []
      : [`${at}: ${String(value)} is no integer from ${min} to ${max}`];
  },
  boolean: isWhen('boolean', (value) => typeof value === 'boolean'),
  timestamp: isWhen('timestamp', (value) => typeof value === 'number'),
};

function checkStructure(model: Model, { members = {}, required = [], union }: Shape, { value, at }: Part) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: no structure`];
  const keys = Object.keys(value);
  return [
    ...required.filter((key) => !keys.includes(key)).map((key) => `${at}: ${key} is missing`),
    ...(union && keys.length !== 1 ? [`${at}: a choice of exactly one`] : []),
    ...Object.entries(value).flatMap(([key, one]) => {
      const shape = members[key]?.shape;
      return shape === undefined
        ? [`${at}: no ${key} is known`]
        : violations(model, shape, one, `${at}.${key}`);
    }),
  ];
}

function checkList(model: Model, { member, min = 0, max = Infinity }: Shape, { value, at }: Part): string[] {
  if (!Array.isArray(value)) return [`${at}: no list`];
  const size = value.length >= min && value.length <= max ? [] : [`${at}: ${value.length} members`];
  return [
    ...size,
    ...value.flatMap((one, index) => violations(model, member?.shape ?? '', one, `${at}[${index}]`)),
  ];
}

function checkText(
  _model: Model,
  { min = 0, max = Infinity, pattern, enum: known }: Shape,
  { value, at }: Part,
): string[] {
  if (typeof value !== 'string') return [`${at}: ${JSON.stringify(value)} is no string`];
  const fits =
    value.length >= min &&
    value.length <= max &&
    (known === undefined || known.includes(value)) &&
    (pattern === undefined || whole(pattern).test(value));
  return fits ? [] : [`${at}: ${JSON.stringify(value)} is not as the model says`];
}

/** AWS matches the whole value, in Java's dialect, where a group may switch case off. */
function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern.replaceAll('(?i)', '')})$`, 'u');
}
