import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPace } from '../../../src/app/reconciling/pace.js';
import { addSeconds, type Instant, secondsBetween } from '../../../src/core/time.js';

const NOON = '2026-11-30T12:00:00Z' as Instant;

describe('the pace of pushes', () => {
  it('lets a pass begin at once when nothing was pushed for a while', () => {
    const pace = createPace(6);
    expect(pace.wait(NOON)).toBe(0);
    pace.note(2, NOON);
    expect(pace.wait(NOON)).toBe(0);
    pace.note(2, NOON);
    expect(pace.wait(NOON)).toBe(60);
    expect(pace.wait(addSeconds(NOON, 60))).toBe(0);
  });

  it('forgets what was pushed while the clock was fast (T089)', () => {
    const pace = createPace(6);
    pace.note(4, addSeconds(NOON, 18_000));
    expect(pace.wait(NOON)).toBe(0);
  });

  it('stays below six in any minute, whenever passes are asked for, and never makes one wait for ever', () => {
    const asked = fc.array(fc.tuple(fc.nat(40), fc.nat(2)), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(asked, (passes) => {
        const pace = createPace(6);
        const pushed: Instant[] = [];
        let now = NOON;
        for (const [seconds, pushes] of passes) {
          now = addSeconds(now, seconds);
          const wait = pace.wait(now);
          expect(wait).toBeLessThanOrEqual(60);
          now = addSeconds(now, wait);
          expect(pace.wait(now)).toBe(0);
          pace.note(pushes, now);
          for (let push = 0; push < pushes; push += 1) pushed.push(now);
          const lately = pushed.filter((at) => secondsBetween(at, now) < 60);
          expect(lately.length).toBeLessThan(6);
        }
      }),
    );
  });
});
