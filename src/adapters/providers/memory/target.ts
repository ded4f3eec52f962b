import type { Instant } from '../../../core/time.js';
import type { Clock } from '../../../ports/clock.js';
import { type Fault, Retry } from '../../../ports/fault.js';

export type Verb = 'observe' | 'grant' | 'revoke' | 'endSessions' | 'preflight';

export interface Row {
  readonly subject: string;
  readonly name: string;
}

/** `after`: the call is carried out and only its answer is lost; `unheeded`: it is answered as if it had been carried out. */
type When = 'before' | 'after' | 'unheeded';

/** A fault planted for the coming calls of one verb. */
interface Planted {
  left: number;
  readonly when: When;
  readonly fault: Fault;
}

/** What a target in memory holds, and the knobs by which tests make it misbehave. It outlives its providers, as a real one does. */
export interface MemoryTarget {
  readonly clock: Clock;
  /** Who can be given something; `undefined`: anybody. */
  readonly subjects: ReadonlySet<string> | undefined;
  /** What Hallpass granted. */
  readonly granted: Map<string, Row & { readonly until: Instant }>;
  /** What was there without Hallpass. */
  readonly standing: Map<string, Row>;
  readonly sessions: Map<string, number>;
  readonly planted: Map<Verb, Planted>;
  /** Every call that reached the target, in order. */
  readonly calls: (Partial<Row> & { readonly verb: Verb })[];
  /** Set: calls wait for it. */
  hanging: Promise<void> | undefined;
  /** The target shows only a part of what it holds. */
  partial: boolean;
  /** Every call is refused, as with wrong credentials. */
  refusing: boolean;
  /** The target forgets to end what it should: only Hallpass does. */
  neverExpires: boolean;
  /** Whether it can tell what Hallpass granted from what was there. A team cannot: there one is a member, whoever made one. */
  remembers: boolean;
}

export function createMemoryTarget(options: {
  readonly clock: Clock;
  readonly subjects?: readonly string[];
}): MemoryTarget {
  return {
    clock: options.clock,
    subjects: options.subjects === undefined ? undefined : new Set(options.subjects),
    granted: new Map(),
    standing: new Map(),
    sessions: new Map(),
    planted: new Map(),
    calls: [],
    hanging: undefined,
    partial: false,
    refusing: false,
    neverExpires: false,
    remembers: true,
  };
}

export function rowKey(row: Row): string {
  return JSON.stringify([row.subject, row.name]);
}

/** Lets the next calls of a verb fail. */
export function failNext(
  target: MemoryTarget,
  verb: Verb,
  options: { readonly times?: number; readonly when?: When; readonly fault?: Fault } = {},
): void {
  target.planted.set(verb, {
    left: options.times ?? 1,
    when: options.when ?? 'before',
    fault: options.fault ?? new Retry('planted', `${verb} was made to fail`),
  });
}

/** Lets every call wait. @returns what lets them go on. */
export function hang(target: MemoryTarget): () => void {
  let release = (): void => {};
  target.hanging = new Promise((resolve) => {
    release = () => {
      target.hanging = undefined;
      resolve();
    };
  });
  return () => release();
}

/** Somebody starts to use what they hold. */
export function openSession(target: MemoryTarget, row: Row): void {
  target.sessions.set(rowKey(row), (target.sessions.get(rowKey(row)) ?? 0) + 1);
}

/** What holds now: the target ends by itself what is past its end. */
export function grantedNow(target: MemoryTarget): (Row & { readonly until: Instant })[] {
  const now = target.clock.now();
  return [...target.granted.values()].filter((row) => target.neverExpires || row.until > now);
}

/** Takes a planted fault, if one is due. */
export function takeFault(target: MemoryTarget, verb: Verb, when: When): Fault | undefined {
  const planted = target.planted.get(verb);
  if (planted === undefined || planted.left < 1 || planted.when !== when) return undefined;
  planted.left -= 1;
  return planted.fault;
}
