import type { Principal } from '../auth/principal.js';
import type { Hub } from '../hub.js';
import { invalid } from '../refusal.js';

/** One request to the REST API, after authentication. */
export interface Call {
  readonly hub: Hub;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON object sent; empty when there was none. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly who: Principal;
  readonly url: URL;
  readonly accept: string;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const noContent = (): Answer => ({ status: 204 });

export type Handler = (call: Call) => Answer | Promise<Answer>;

interface JsonTypes {
  string: string;
  number: number;
  boolean: boolean;
}

/** An optional field of the body; `null` counts as absent, another type is GitHub's 422. */
export function optional<Type extends keyof JsonTypes>(
  call: Pick<Call, 'body'>,
  name: string,
  type: Type,
): JsonTypes[Type] | undefined {
  const value = call.body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== type)
    throw invalid({ field: name, code: 'invalid', message: `${name} is not a ${type}` });
  return value as JsonTypes[Type];
}

export function wanted<Type extends keyof JsonTypes>(
  call: Pick<Call, 'body'>,
  name: string,
  type: Type,
): JsonTypes[Type] {
  const value = optional(call, name, type);
  if (value === undefined) throw invalid({ field: name, code: 'missing_field' });
  return value;
}

export function strings(call: Pick<Call, 'body'>, name: string): string[] {
  const value = call.body[name] ?? [];
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
    throw invalid({ field: name, code: 'invalid', message: `${name} is not a list of strings` });
  }
  return value as string[];
}

/** The number in a path such as `{pull_number}`. */
export function numberParam(call: Call, name: string): number {
  return Number(call.params[name]);
}
