import type { Coordinates, Holding } from '../../../core/grant.js';
import { Blocked, Retry } from '../../../ports/fault.js';
import type { Observation, ObservedHolding, Provider } from '../../../ports/provider.js';
import type { Connection, ProviderDeps } from '../deps.js';
import { kind, NAME } from './kind.js';
import {
  createMemoryTarget,
  grantedNow,
  type MemoryTarget,
  type Row,
  rowKey,
  takeFault,
  type Verb,
} from './target.js';

export async function createProvider(_connection: Connection, deps: ProviderDeps): Promise<Provider> {
  return memoryProvider(createMemoryTarget({ clock: deps.clock }), { target: deps.target });
}

/** The reference: what every provider has to do, on a target that is easy to look into. */
export function memoryProvider(
  target: MemoryTarget,
  options: { readonly target: string; readonly timeoutMilliseconds?: number },
): Provider {
  const call = <T>(verb: Verb, row: Row | undefined, work: () => T): Promise<T> =>
    withinTime(options.timeoutMilliseconds ?? 5_000, () => perform(target, { verb, row, work }));
  return {
    abilities: kind.abilities,
    width: 4,
    observe: (scope, everybodyOf = []) =>
      call('observe', undefined, () =>
        observe(target, [...scope.map(({ grant }) => grant), ...everybodyOf], options.target),
      ),
    async grant(holding, until) {
      const row = rowOf(holding);
      return call('grant', row, () => {
        refuseUnknown(target, row);
        if (target.standing.has(rowKey(row)) && !isGranted(target, row))
          return { changed: false, preexisting: true, receipt: null };
        const changed = !isGranted(target, row);
        target.granted.set(rowKey(row), { ...row, until });
        return { changed, preexisting: false, receipt: null };
      });
    },
    async revoke(holding) {
      const row = rowOf(holding);
      return call('revoke', row, () => {
        const changed = isGranted(target, row) || (!target.remembers && target.standing.has(rowKey(row)));
        target.granted.delete(rowKey(row));
        if (!target.remembers) target.standing.delete(rowKey(row));
        return { changed };
      });
    },
    async endSessions(holding) {
      const row = rowOf(holding);
      return call('endSessions', row, () => {
        if (target.standing.has(rowKey(row))) return { ended: 0 };
        const ended = target.sessions.get(rowKey(row)) ?? 0;
        target.sessions.delete(rowKey(row));
        return { ended };
      });
    },
    async preflight(holding) {
      const row = rowOf(holding);
      return call('preflight', row, () => refuseUnknown(target, row));
    },
  };
}

async function perform<T>(
  target: MemoryTarget,
  { verb, row, work }: { verb: Verb; row: Row | undefined; work: () => T },
): Promise<T> {
  await target.hanging;
  if (target.refusing)
    throw new Blocked('credentials', 'the target refuses us', 'Give the target other credentials.');
  const refused = takeFault(target, verb, 'before');
  if (refused !== undefined) throw refused;
  target.calls.push({ verb, ...row });
  const before = new Map(target.granted);
  const result = work();
  if (takeFault(target, verb, 'unheeded') !== undefined) restore(target.granted, before);
  const after = takeFault(target, verb, 'after');
  if (after !== undefined) throw after;
  return result;
}

function restore<Key, Value>(map: Map<Key, Value>, before: ReadonlyMap<Key, Value>): void {
  map.clear();
  for (const [key, value] of before) map.set(key, value);
}

function observe(target: MemoryTarget, coordinates: readonly Coordinates[], id: string): Observation {
  const names = new Set(coordinates.map(({ name }) => name));
  const ours = grantedNow(target);
  const held: ObservedHolding[] = [
    ...ours.map(({ until, ...row }) => ({
      holding: holdingOf(row, id),
      until,
      managed: target.remembers ? ('yes' as const) : ('unknown' as const),
    })),
    ...[...target.standing.values()]
      .filter((row) => !ours.some((other) => rowKey(other) === rowKey(row)))
      .map((row) => ({
        holding: holdingOf(row, id),
        managed: target.remembers ? ('no' as const) : ('unknown' as const),
      })),
  ];
  return {
    complete: !target.partial,
    held: target.partial ? [] : held.filter(({ holding }) => names.has(holding.grant.name)),
    clock: target.clock.now(),
  };
}

function isGranted(target: MemoryTarget, row: Row): boolean {
  return grantedNow(target).some((other) => rowKey(other) === rowKey(row));
}

function holdingOf(row: Row, target: string): Holding {
  return { target, subject: row.subject, grant: { name: row.name } };
}

const NAMES = new RegExp(NAME);

function rowOf({ subject, grant }: Holding): Row {
  const { name, ...others } = grant;
  if (typeof name === 'string' && NAMES.test(name) && Object.keys(others).length === 0)
    return { subject, name };
  throw new Blocked(
    'bad_coordinates',
    'the grant names nothing that can exist',
    'Correct the grant in the catalog.',
  );
}

function refuseUnknown(target: MemoryTarget, { subject }: Row): void {
  if (target.subjects === undefined || target.subjects.has(subject)) return;
  throw new Blocked('unknown_subject', `there is no ${subject}`, `Add ${subject} to the target.`);
}

/** A call that gets no answer is given up: nobody knows whether it was carried out, and the truth is what is observed next. */
async function withinTime<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Retry('timeout', 'the target did not answer in time')), milliseconds);
  });
  try {
    return await Promise.race([work(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
