import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EndReason, HoldingState } from '../../../src/core/grant.js';
import { holdingKey } from '../../../src/core/grant.js';
import type { Claim } from '../../../src/core/reconcile/claim.js';
import { coordinatesKey, driftOf, type Seen } from '../../../src/core/reconcile/drift.js';
import { guard } from '../../../src/core/reconcile/guard.js';
import type { RequestId } from '../../../src/core/request.js';
import { addSeconds, instantOf } from '../../../src/core/time.js';

const now = instantOf(1_790_000_000);
const at = (subject = 'alice', role = 'readonly') => ({ target: 'db', subject, grant: { role } });

interface Options {
  readonly subject?: string;
  readonly state?: HoldingState;
  readonly end?: EndReason;
  readonly until?: number;
  readonly preexisting?: boolean | undefined;
}

function claim({ subject, state = 'active', end, until = 3_600, preexisting = false }: Options = {}): Claim {
  const holding = at(subject);
  return {
    id: '2026/11/a' as RequestId,
    entitlement: 'db-readonly',
    holding,
    key: holdingKey(holding),
    state,
    startsAt: addSeconds(now, -3_600),
    expiresAt: addSeconds(now, until),
    preexisting,
    receipt: null,
    breakGlass: false,
    prolonged: false,
    ...(end === undefined ? {} : { end }),
  };
}

const seen = (managed: Seen['managed'], subject = 'alice', role = 'readonly'): Seen => ({
  holding: at(subject, role),
  managed,
});
const exclusive = new Set([coordinatesKey(at())]);
const kinds = (claims: readonly Claim[], held: readonly Seen[], complete = true) =>
  driftOf(claims, held, { now, complete, exclusive }).map(
    ({ kind, holding }) => `${kind} ${holding.subject} ${holding.grant.role}`,
  );

describe('drift', () => {
  it.each<[string, Claim[], Seen[], string[]]>([
    ['nothing wanted, nothing there', [], [], []],
    ['wanted and there', [claim()], [seen('yes')], []],
    ['wanted and absent', [claim()], [], ['missing alice readonly']],
    ['intended and absent: not granted yet', [claim({ state: 'intended' })], [], []],
    ['scheduled and absent', [claim({ state: 'scheduled' })], [], []],
    [
      'past its end and there',
      [claim({ end: 'expired', until: 0 })],
      [seen('yes')],
      ['overdue alice readonly'],
    ],
    ['past its end and gone', [claim({ end: 'expired', until: 0 })], [], []],
    [
      'past its end, and the subject had it before',
      [claim({ end: 'expired', preexisting: true })],
      [seen('no')],
      [],
    ],
    ['ours, and nobody wants it', [], [seen('yes')], ['orphaned alice readonly']],
    [
      'ours and wanted by a grant that has not begun',
      [claim({ state: 'scheduled' })],
      [seen('yes')],
      ['orphaned alice readonly'],
    ],
    ['ours, of somebody else', [claim()], [seen('yes'), seen('yes', 'eve')], ['orphaned eve readonly']],
    ['not ours and exclusive', [], [seen('no', 'eve')], ['unmanaged eve readonly']],
    ['nobody knows whose, and exclusive', [], [seen('unknown', 'eve')], ['unmanaged eve readonly']],
    ['not ours and not exclusive', [], [seen('no', 'eve', 'other')], []],
    ['nobody knows whose, and not exclusive', [], [seen('unknown', 'eve', 'other')], []],
    ['held by us and before us', [claim({ preexisting: true })], [seen('no')], []],
  ])('%s', (_, claims, held, expected) => {
    expect(kinds(claims, held)).toEqual(expected);
  });

  it('calls nothing missing that was not looked at to the end', () => {
    expect(kinds([claim()], [], false)).toEqual([]);
  });

  it('says since when something is overdue, and not before its end', () => {
    const since = (one: Claim) => driftOf([one], [seen('yes')], { now, complete: true, exclusive })[0]?.since;
    expect(since(claim({ end: 'expired', until: -60 }))).toBe(addSeconds(now, -60));
    expect(since(claim({ end: 'revoked', until: 60 }))).toBeUndefined();
  });

  it('never calls an orphan what any grant may hold, whatever else is there', () => {
    const subject = fc.constantFrom('alice', 'bob', 'eve');
    const states = fc.constantFrom<HoldingState>('scheduled', 'intended', 'active', 'ending');
    const claims = fc.array(
      fc
        .record({ subject, state: states, end: fc.constantFrom(undefined, 'expired' as const) })
        .map(({ end, ...one }) => claim(end === undefined ? one : { ...one, end })),
    );
    const held = fc.array(fc.tuple(fc.constantFrom<Seen['managed']>('yes', 'no', 'unknown'), subject));
    fc.assert(
      fc.property(claims, held, fc.boolean(), (wanted, there, complete) => {
        const drift = driftOf(
          wanted,
          there.map(([managed, who]) => seen(managed, who)),
          { now, complete, exclusive },
        );
        const mayHold = new Set(
          wanted.filter(({ state }) => state !== 'scheduled').map(({ holding }) => holding.subject),
        );
        const orphans = drift.filter(({ kind }) => kind === 'orphaned');
        expect(orphans.filter(({ holding }) => mayHold.has(holding.subject))).toEqual([]);
        expect(
          orphans.filter(
            ({ holding }) => !there.some(([managed, who]) => managed === 'yes' && who === holding.subject),
          ),
        ).toEqual([]);
      }),
    );
  });
});

describe('the guard', () => {
  it.each([
    [0, 0, 'go'],
    [5, 5, 'go'],
    [6, 6, 'stop'],
    [6, 19, 'stop'],
    [6, 20, 'go'],
    [30, 100, 'go'],
    [31, 100, 'stop'],
    [Number.NaN, 100, 'stop'],
    [6, Number.NaN, 'stop'],
  ])('%d of %d: %s', (removals, managed, verdict) => {
    expect(guard({ removals, managed }).verdict).toBe(verdict);
  });
});
