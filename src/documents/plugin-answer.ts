import type { Json } from '../core/entitlement.js';
import type { Coordinates } from '../core/grant.js';
import type { Instant } from '../core/time.js';
import type { Verb } from './plugin-call.js';
import type { Schema } from './schema.js';
import { ANSWERS, FAULTS } from './schemas/plugin-answer.js';
import { parseStrictJson } from './strict-json.js';
import { validatorOf } from './validator.js';
import { spelledOut } from './visible.js';

export interface DeclaredAbilities {
  readonly enumerates: boolean;
  readonly native_expiry: 'none' | 'login-only' | 'enforced';
  readonly ends_sessions: boolean;
}

/** What a successful answer says, verb by verb. */
export interface PluginAnswers {
  readonly describe: { readonly abilities: DeclaredAbilities };
  readonly preflight: object;
  readonly observe: {
    readonly complete: boolean;
    readonly held: readonly {
      readonly subject: string;
      readonly grant: Coordinates;
      readonly until?: Instant;
      readonly managed: 'yes' | 'no' | 'unknown';
    }[];
    readonly clock?: Instant;
  };
  readonly grant: { readonly changed: boolean; readonly preexisting: boolean; readonly receipt?: Json };
  readonly revoke: { readonly changed: boolean };
  readonly end_sessions: { readonly ended: number };
  readonly discover: { readonly offers: readonly { readonly title: string; readonly grant: Coordinates }[] };
}

export type PluginAnswer<V extends Verb> =
  | { readonly status: 'ok'; readonly says: PluginAnswers[V] }
  | { readonly status: 'retry'; readonly code: string; readonly message: string; readonly after: number }
  | { readonly status: 'blocked'; readonly code: string; readonly message: string; readonly unblock: string };

/** The ledger keeps receipts, and its documents are small. */
const LONGEST_RECEIPT = 2_048;

/**
 * The bytes a plugin answered a call with. Everything in them is untrusted: unknown keys, another id, or an outcome that belongs to
 * another verb make it no answer at all. @returns a sentence when it is none.
 */
export function parseAnswer<V extends Verb>(
  bytes: Uint8Array,
  { id, verb }: { readonly id: string; readonly verb: V },
): PluginAnswer<V> | { readonly problem: string } {
  const read = parseStrictJson(bytes);
  if ('problem' in read) return read;
  const status = statusOf(read.value);
  if (status === undefined) return { problem: 'it is no object with a status of ok, retry or blocked' };
  const problem = shapeProblem(read.value, status === 'ok' ? ANSWERS[verb] : FAULTS[status]);
  if (problem !== undefined) return { problem };
  const answer = read.value as unknown as Fields;
  if (answer.id !== id) return { problem: 'it answers another call' };
  if (status !== 'ok') return faultOf(status, answer);
  if (answer.changed === true && answer.preexisting === true) {
    return { problem: 'it says both that the subject had it before and that it was given now' };
  }
  if (JSON.stringify(answer.receipt ?? null).length > LONGEST_RECEIPT) {
    return { problem: `its receipt is longer than ${LONGEST_RECEIPT} characters` };
  }
  return { status, says: answer as unknown as PluginAnswers[V] };
}

interface Fields {
  readonly id: string;
  readonly code: string;
  readonly message: string;
  readonly unblock: string;
  readonly after?: number;
  readonly changed?: boolean;
  readonly preexisting?: boolean;
  readonly receipt?: Json;
}

const STATUSES = ['ok', 'retry', 'blocked'] as const;

function statusOf(value: Json): (typeof STATUSES)[number] | undefined {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, 'status')) return undefined;
  const { status } = value as { readonly status: Json };
  return STATUSES.find((one) => one === status);
}

function shapeProblem(value: Json, schema: Schema): string | undefined {
  const validate = validatorOf(schema);
  if (validate(value)) return undefined;
  const [first] = validate.errors ?? [];
  const key = first?.params.additionalProperty ?? first?.params.missingProperty;
  const where = first?.instancePath === '' ? 'it' : spelledOut(first?.instancePath.slice(0, 80) ?? '');
  const which = typeof key === 'string' ? ` (${spelledOut(key.slice(0, 80))})` : '';
  return `${where} ${first?.message ?? 'has another shape'}${which}`;
}

/** Texts of a plugin are shown to people: on one line, with everything unseen spelled out. */
function faultOf(
  status: 'retry' | 'blocked',
  { code, message, unblock, after = 0 }: Fields,
): PluginAnswer<never> {
  const line = (text: string) => spelledOut(text.replaceAll('\n', ' '));
  if (status === 'retry') return { status, code, message: line(message), after };
  return { status, code, message: line(message), unblock: line(unblock) };
}
