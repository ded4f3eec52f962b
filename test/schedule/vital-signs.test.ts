import { beforeEach, describe, expect, it } from 'vitest';
import { type VitalSigns, watchVitalSigns } from '../../src/schedule/vital-signs.js';

let seconds = 0;
let late = -60;
let vitals: VitalSigns;
beforeEach(() => {
  seconds = 1_000;
  late = -60;
  vitals = watchVitalSigns({ seconds: () => seconds, lateBeat: () => late });
});

function pass(reachedAll = true, took = 2): void {
  vitals.passBegins();
  seconds += took;
  vitals.passEnds(reachedAll);
}

function beats(count: number): void {
  for (let beat = 0; beat < count; beat += 1) vitals.beat();
}

describe('ready', () => {
  it('not before the first pass has ended', () => {
    expect(vitals.ready()).toBe(false);
    vitals.passBegins();
    expect(vitals.ready()).toBe(false);
    vitals.passEnds(true);
    expect(vitals.ready()).toBe(true);
  });

  it('not after a pass that stopped somewhere, and again after one that did not', () => {
    pass();
    pass(false);
    expect(vitals.ready()).toBe(false);
    pass();
    expect(vitals.ready()).toBe(true);
  });

  it('for a few heartbeats after a pass, and no longer', () => {
    pass();
    beats(3);
    expect(vitals.ready()).toBe(true);
    beats(1);
    expect(vitals.ready()).toBe(false);
    pass();
    expect(vitals.ready()).toBe(true);
  });

  it('as before while the next pass runs', () => {
    pass();
    vitals.passBegins();
    expect(vitals.ready()).toBe(true);
  });
});

describe('alive', () => {
  it('from the start', () => expect(vitals.alive()).toBe(true));

  it('while a pass runs, for ten minutes', () => {
    vitals.passBegins();
    seconds += 600;
    expect(vitals.alive()).toBe(true);
    seconds += 1;
    expect(vitals.alive()).toBe(false);
    vitals.passEnds(true);
    expect(vitals.alive()).toBe(true);
  });

  it('although a pass failed by a bug, once the next begins', () => {
    vitals.passBegins();
    seconds += 700;
    vitals.passBegins();
    expect(vitals.alive()).toBe(true);
  });

  it('whether or not anything can be reached: starting again would mend nothing', () => {
    pass(false);
    expect(vitals.alive()).toBe(true);
  });

  it.each([
    [-30, true],
    [0, true],
    [120, true],
    [121, false],
    [Number.NaN, false],
  ])('with a heartbeat that is %d seconds late: %s', (by, alive) => {
    late = by;
    expect(vitals.alive()).toBe(alive);
  });
});

it('knows how long the last pass took', () => {
  expect(vitals.passSeconds()).toBeUndefined();
  pass(true, 7);
  expect(vitals.passSeconds()).toBe(7);
  vitals.passEnds(true);
  expect(vitals.passSeconds()).toBeUndefined();
});
