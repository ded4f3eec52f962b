import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTroubles } from '../../../src/app/reconciling/troubles.js';
import { addSeconds, type Instant, secondsBetween } from '../../../src/core/time.js';
import { Blocked, Retry } from '../../../src/ports/fault.js';

const NOON = '2026-11-30T12:00:00Z' as Instant;
const HELD = { id: '2026/11/alice', entitlement: 'reader' };

describe('what could not be ended', () => {
  it('is tried again further and further apart, never later than a minute, and for ever', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (stream) => {
        const troubles = createTroubles(() => stream.next().value ?? 0);
        let now = NOON;
        for (let attempt = 1; attempt <= 50; attempt += 1) {
          expect(troubles.isReady(HELD, now)).toBe(true);
          troubles.note(HELD, new Retry('timeout', 'no answer'), now);
          const trouble = troubles.of(HELD);
          expect(trouble).toMatchObject({ code: 'timeout', since: NOON, attempts: attempt });
          const wait = secondsBetween(now, troubles.next() ?? NOON);
          const longest = Math.min(5 * 2 ** (attempt - 1), 60);
          expect(wait).toBeGreaterThanOrEqual(longest / 2);
          expect(wait).toBeLessThanOrEqual(longest);
          expect(troubles.isReady(HELD, addSeconds(now, wait - 1))).toBe(false);
          now = addSeconds(now, wait);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('waits at least as long as the target asks', () => {
    const troubles = createTroubles(() => 1);
    troubles.note(HELD, new Retry('rate_limited', 'slow down', 600), NOON);
    expect(troubles.next()).toBe(addSeconds(NOON, 600));
  });

  it('waits an hour at most, whatever the target asks', () => {
    const troubles = createTroubles(() => 1);
    troubles.note(HELD, new Retry('rate_limited', 'come back next year', 1e12), NOON);
    expect(troubles.next()).toBe(addSeconds(NOON, 3_600));
  });

  it('is tried at once when the clock turns out to have been fast (T089)', () => {
    const troubles = createTroubles(() => 1);
    troubles.note(HELD, new Retry('timeout', 'no answer'), addSeconds(NOON, 18_000));
    expect(troubles.isReady(HELD, NOON)).toBe(true);
  });

  it('says who must do what, and is forgotten once it has ended', () => {
    const troubles = createTroubles(() => 0.5);
    troubles.note(HELD, new Blocked('no_admin', 'refused', 'Give hallpass the role back.'), NOON);
    expect(troubles.of(HELD)?.unblock).toBe('Give hallpass the role back.');
    expect(troubles.isReady({ ...HELD, entitlement: 'writer' }, NOON)).toBe(true);
    troubles.clear(HELD);
    expect(troubles.of(HELD)).toBeUndefined();
    expect(troubles.next()).toBeUndefined();
  });
});
