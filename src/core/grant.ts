import type { Oid } from './approval.js';
import type { Json } from './entitlement.js';
import type { Account } from './identity.js';
import type { Decision } from './policy/decision.js';
import type { Evidence } from './policy/evidence.js';
import type { RequestId } from './request.js';
import type { Instant } from './time.js';

/** Why a grant ended. */
export type EndReason = 'expired' | 'revoked' | 'reverted' | 'superseded' | 'ineligible';

/** What can be held on a target, in the words of its kind: a role, a team, a group. */
export type Coordinates = Readonly<Record<string, Json>>;

/** What a subject holds on a target, in the target's own words. Frozen at landing; the catalog may change, this does not. */
export interface Holding {
  readonly target: string;
  /** Who the subject is on the target. */
  readonly subject: string;
  readonly grant: Coordinates;
}

/** Equal keys, equal access: two entitlements may name the same coordinates, and their union is taken over these (T098). */
export function holdingKey(holding: Holding): string {
  const known = keys.get(holding);
  if (known !== undefined) return known;
  const key = canonicalJson([holding.target, holding.subject, holding.grant]);
  keys.set(holding, key);
  return key;
}

/** Holdings never change, and each is looked at again whenever anything may have to end. */
const keys = new WeakMap<Holding, string>();

/** JSON with sorted keys, so that equal values have equal texts. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const pairs = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
  return `{${pairs.join(',')}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** See `lifecycle/grant.ts` for what leads where. */
export type HoldingState = 'scheduled' | 'intended' | 'active' | 'ending' | 'ended' | 'void';

/** One entitlement of a grant and how it stands. */
export interface GrantedHolding {
  readonly entitlement: string;
  readonly holding: Holding;
  readonly state: HoldingState;
  /** True: the subject had it before us, so we leave it as it was (T098, I-43). Known once granted. */
  readonly preexisting?: boolean;
  /** What the provider needs to find its own doing again. No secrets. */
  readonly receipt?: Json;
  /** Set with `ending`, `ended` and `void`. */
  readonly reason?: EndReason | VoidReason;
}

/** Why something approved was never granted. */
export type VoidReason = 'missed' | 'ineligible' | 'revoked' | 'reverted';

/** The closed list of what can happen to a grant. `lifecycle/grant.ts` says when. */
export type EventName =
  | 'landed'
  | 'refused'
  | 'scheduled'
  | 'intended'
  | 'granted'
  | 'faulted'
  | 'end_requested'
  | 'ending'
  | 'ended'
  | 'voided'
  | 'review_due'
  | 'reviewed';

export interface GrantEvent {
  readonly event: EventName;
  readonly at: Instant;
  /** GitHub's clock at about the same moment, where it was known (I-22). */
  readonly hostAt?: Instant;
  /** The entitlement it is about; absent when it is about the whole grant. */
  readonly entitlement?: string;
  readonly reason?: EndReason | VoidReason;
  /** A machine code of a fault. */
  readonly code?: string;
  /** Who asked, where somebody did. */
  readonly by?: Account;
  /** Until when something is owed; only with `review_due`. */
  readonly due?: Instant;
  /** The documents an end for reason `ineligible` goes by. */
  readonly control?: ControlBlobs;
}

/** The blob ids of the documents a decision was made under. */
export interface ControlBlobs {
  readonly policy: Oid;
  readonly catalog: Oid;
  readonly people: Oid;
}

/** One grant's document in the ledger: `grants/<request-id>.yaml`. Everything but `holdings` and `events` is frozen. */
export interface Entry {
  readonly version: 1;
  readonly id: RequestId;
  readonly request: { readonly blob: Oid; readonly content: string };
  readonly landing: {
    readonly commit: Oid;
    readonly parent: Oid;
    readonly pullRequest: number;
    readonly mergedAt: Instant;
  };
  readonly requester: Account | null;
  readonly subject: Account | null;
  readonly decision: Decision & {
    readonly at: Instant;
    readonly control: ControlBlobs;
    readonly evidence: Evidence;
  };
  /** The window of the grant; absent when the landing was refused. */
  readonly window?: { readonly startsAt: Instant; readonly expiresAt: Instant };
  readonly extends?: RequestId;
  readonly breakGlass: boolean;
  readonly holdings: readonly GrantedHolding[];
  readonly events: readonly GrantEvent[];
}

/** `expires_at = max(merged_at, start) + duration`; for an extension the end of the grant it prolongs takes the place of `start`. */
export type Window = NonNullable<Entry['window']>;

/** What reached the default branch and grants nothing: `violations/<yyyy>/<mm>/<commit>.yaml`, one document a commit. */
export interface Violation {
  readonly version: 1;
  readonly commit: Oid;
  readonly at: Instant;
  /** At least one. */
  readonly problems: readonly ViolationProblem[];
}

export interface ViolationProblem {
  readonly code: ViolationCode;
  /** The path it is about; absent when it is about the whole commit. */
  readonly path?: string;
  readonly message: string;
}

export type ViolationCode =
  | 'unapproved_landing'
  | 'modified_request'
  | 'reused_id'
  | 'mixed_landing'
  | 'malformed_path'
  | 'history_rewritten';
