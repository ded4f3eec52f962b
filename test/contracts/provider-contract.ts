import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Holding, holdingKey } from '../../src/core/grant.js';
import { addSeconds, type Instant } from '../../src/core/time.js';
import { Blocked, Retry } from '../../src/ports/fault.js';
import type { ObservedHolding, Provider, ProviderKind } from '../../src/ports/provider.js';

type Which = 0 | 1;

/** One target with its provider, made anew for every case. Two people, two things to hold, nobody holds anything. */
export interface ProviderHarness {
  readonly kind: ProviderKind;
  readonly provider: Provider;
  readonly now: Instant;
  holding(person: Which, thing: Which): Holding;
  /** Whether the person could use it now. Asks the target itself, past the provider. */
  holds(holding: Holding): Promise<boolean>;
  /** Gives it to the person as if Hallpass did not exist. */
  addStanding(holding: Holding): Promise<void>;
  /** Somebody the target does not know. */
  readonly unknown: Holding;
  /** Coordinates and subjects that are spelling tricks. */
  readonly hostile: readonly { readonly what: string; readonly holding: Holding }[];
  /** Everything that the target knows, so that equal snapshots prove that nothing was touched. */
  snapshot(): Promise<unknown>;
  /** The same target through a provider that gets no answer. */
  hanging(): Promise<Provider>;
  /** The same target through a provider whose credentials are wrong. */
  refused(): Promise<Provider>;
  /** The same target, of which only a part can be read. */
  partial?(): Promise<Provider>;
  /** The target carries the next grant out, and its answer is lost. */
  loseAnswer(): Promise<void>;
  /** The person starts to use what they hold. */
  openSession?(holding: Holding): Promise<{ ended(): Promise<boolean> }>;
  /** The target's clock comes to this instant. */
  advance?(to: Instant): Promise<void>;
  close(): Promise<void>;
}

/** The names of the cases, for opting out. */
export type ContractCase = keyof typeof CASES;

interface Options {
  readonly makeHarness: () => Promise<ProviderHarness>;
  /** Cases that make no sense for this target, each with the reason. */
  readonly except?: Partial<Record<ContractCase, string>>;
}

/** What every provider has to do. */
export function providerContract(name: string, { makeHarness, except = {} }: Options): void {
  describe(`the provider contract: ${name}`, () => {
    let harness: ProviderHarness;
    beforeEach(async () => {
      harness = await makeHarness();
    });
    afterEach(() => harness?.close());

    for (const [title, check] of Object.entries(CASES)) {
      const reason = except[title as ContractCase];
      if (reason === undefined) it(title, () => check(harness));
      else it.skip(`${title} (not here: ${reason})`, () => undefined);
    }
  });
}

const EXPIRIES = ['none', 'login-only', 'enforced'];
const KEY = 'orders/2026/11/alice#reader';
const until = ({ now }: ProviderHarness): Instant => addSeconds(now, 3_600);

async function seen(provider: Provider, holding: Holding): Promise<ObservedHolding | undefined> {
  const { held } = await provider.observe([holding]);
  return held.find((one) => holdingKey(one.holding) === holdingKey(holding));
}

/** Ends a holding the way the app does. */
async function end(provider: Provider, holding: Holding, receipt: Parameters<Provider['revoke']>[1] = null) {
  const result = await provider.revoke(holding, receipt);
  await provider.endSessions?.(holding);
  return result;
}

/** Every verb the provider has, called with the same holding. */
function everyVerb(
  provider: Provider,
  holding: Holding,
  at: Instant,
): ReadonlyMap<string, () => Promise<unknown>> {
  return new Map<string, () => Promise<unknown>>([
    ['observe', () => provider.observe([holding])],
    ['grant', () => provider.grant(holding, at, KEY)],
    ['revoke', () => provider.revoke(holding, null)],
    ...(provider.endSessions ? [['endSessions', async () => provider.endSessions?.(holding)] as const] : []),
    ...(provider.preflight ? [['preflight', async () => provider.preflight?.(holding)] as const] : []),
  ]);
}

async function fault(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error;
  }
}

const CASES = {
  // People and tiers count on what the kind declares; a plugin may do more, and has to do what it says.
  'declares no less than its kind, and does it': async ({ kind, provider }: ProviderHarness) => {
    const [promised, declared] = [kind.abilities, provider.abilities];
    expect(declared.identity).toBe(promised.identity);
    expect(declared.enumerates || !promised.enumerates).toBe(true);
    expect(declared.endsSessions || !promised.endsSessions).toBe(true);
    expect(EXPIRIES.indexOf(declared.nativeExpiry)).toBeGreaterThanOrEqual(
      EXPIRIES.indexOf(promised.nativeExpiry),
    );
    expect(provider.nativeExpiryOf).toBe(kind.nativeExpiryOf);
    expect(provider.endSessions !== undefined).toBe(declared.endsSessions);
  },

  'shows nothing before anything is granted': async (harness: ProviderHarness) => {
    const scope = [harness.holding(0, 0), harness.holding(1, 1)];
    expect(await harness.provider.observe(scope)).toMatchObject({ complete: true, held: [] });
  },

  'grants, and reads back what it granted': async (harness: ProviderHarness) => {
    const { provider } = harness;
    const holding = harness.holding(0, 0);
    await provider.preflight?.(holding);
    const result = await provider.grant(holding, until(harness), KEY);
    expect(result).toMatchObject({ changed: true, preexisting: false });
    expect(JSON.parse(JSON.stringify(result.receipt))).toEqual(result.receipt);
    expect(await harness.holds(holding)).toBe(true);
    expect(await seen(provider, holding)).toMatchObject({ holding });
    expect((await seen(provider, holding))?.managed).not.toBe('no');
  },

  'grants to nobody else': async (harness: ProviderHarness) => {
    await harness.provider.grant(harness.holding(0, 0), until(harness), KEY);
    for (const other of [harness.holding(0, 1), harness.holding(1, 0), harness.holding(1, 1)]) {
      expect(await harness.holds(other)).toBe(false);
      expect(await seen(harness.provider, other)).toBeUndefined();
    }
  },

  'changes nothing when it grants again': async (harness: ProviderHarness) => {
    const { provider } = harness;
    const holding = harness.holding(0, 0);
    const first = await provider.grant(holding, until(harness), KEY);
    const before = await harness.snapshot();
    const second = await provider.grant(holding, until(harness), KEY);
    expect(second).toEqual({ ...first, changed: false });
    expect(await harness.snapshot()).toEqual(before);
  },

  'can still be granted after its preflight found it granted': async (harness: ProviderHarness) => {
    const holding = harness.holding(0, 0);
    await harness.provider.grant(holding, until(harness), KEY);
    await harness.provider.preflight?.(holding);
  },

  'revokes, and leaves the target as it was': async (harness: ProviderHarness) => {
    const { provider } = harness;
    const holding = harness.holding(0, 0);
    const before = await harness.snapshot();
    const { receipt } = await provider.grant(holding, until(harness), KEY);
    expect(await end(provider, holding, receipt)).toEqual({ changed: true });
    expect(await harness.holds(holding)).toBe(false);
    expect(await seen(provider, holding)).toBeUndefined();
    expect(await harness.snapshot()).toEqual(before);
  },

  'revokes again without a fault': async (harness: ProviderHarness) => {
    const { provider } = harness;
    const holding = harness.holding(0, 0);
    const { receipt } = await provider.grant(holding, until(harness), KEY);
    await end(provider, holding, receipt);
    expect(await end(provider, holding, receipt)).toEqual({ changed: false });
  },

  'revokes what was never granted without a fault': async (harness: ProviderHarness) => {
    expect(await end(harness.provider, harness.holding(0, 0))).toEqual({ changed: false });
  },

  'revokes without a receipt, as after a crash': async (harness: ProviderHarness) => {
    const holding = harness.holding(0, 0);
    await harness.provider.grant(holding, until(harness), KEY);
    expect(await end(harness.provider, holding, null)).toEqual({ changed: true });
    expect(await harness.holds(holding)).toBe(false);
  },

  'can grant what it revoked': async (harness: ProviderHarness) => {
    const { provider } = harness;
    const holding = harness.holding(0, 0);
    const { receipt } = await provider.grant(holding, until(harness), KEY);
    await end(provider, holding, receipt);
    expect(await provider.grant(holding, until(harness), `${KEY}2`)).toMatchObject({
      changed: true,
      preexisting: false,
    });
    expect(await harness.holds(holding)).toBe(true);
  },

  'ends one of two holdings and leaves the other': async (harness: ProviderHarness) => {
    const { provider } = harness;
    const [mine, also, theirs] = [harness.holding(0, 0), harness.holding(0, 1), harness.holding(1, 0)];
    const { receipt } = await provider.grant(mine, until(harness), KEY);
    await provider.grant(also, until(harness), KEY);
    await provider.grant(theirs, until(harness), KEY);
    await end(provider, mine, receipt);
    expect(await Promise.all([mine, also, theirs].map(harness.holds))).toEqual([false, true, true]);
    const { held } = await provider.observe([mine, also, theirs]);
    expect(held.map(({ holding }) => holdingKey(holding)).toSorted()).toEqual(
      [also, theirs].map(holdingKey).toSorted(),
    );
  },

  'holds at any time what was last asked for': async (harness: ProviderHarness) => {
    const steps = fc.array(
      fc.record({ who: fc.nat(1), what: fc.nat(1), verb: fc.constantFrom('grant', 'revoke') }),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    const all = ([0, 1] as const).flatMap((who) =>
      ([0, 1] as const).map((what) => harness.holding(who, what)),
    );
    const wanted = new Map(all.map((holding) => [holdingKey(holding), false]));
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        for (const { who, what, verb } of list) {
          const holding = harness.holding(who as Which, what as Which);
          if (verb === 'grant') await harness.provider.grant(holding, until(harness), KEY);
          else await end(harness.provider, holding);
          wanted.set(holdingKey(holding), verb === 'grant');
        }
        const { held } = await harness.provider.observe(all);
        const found = new Set(held.map((one) => holdingKey(one.holding)));
        for (const holding of all) {
          expect(found.has(holdingKey(holding))).toBe(wanted.get(holdingKey(holding)));
          expect(await harness.holds(holding)).toBe(wanted.get(holdingKey(holding)));
        }
      }),
      { numRuns: 6, endOnFailure: true },
    );
  },

  'leaves standing access as it was': async (harness: ProviderHarness) => {
    const { provider } = harness;
    const holding = harness.holding(0, 0);
    await harness.addStanding(holding);
    const before = await harness.snapshot();
    expect((await seen(provider, holding))?.managed).not.toBe('yes');
    const result = await provider.grant(holding, until(harness), KEY);
    expect(result).toMatchObject({ changed: false, preexisting: true });
    expect(await harness.snapshot()).toEqual(before);
  },

  'cannot be made to take standing access away': async (harness: ProviderHarness) => {
    const { provider } = harness;
    const holding = harness.holding(0, 0);
    await harness.addStanding(holding);
    const before = await harness.snapshot();
    const { receipt } = await provider.grant(holding, until(harness), KEY);
    expect(await end(provider, holding, receipt)).toEqual({ changed: false });
    expect(await harness.holds(holding)).toBe(true);
    expect(await harness.snapshot()).toEqual(before);
  },

  'leaves the sessions of standing access alone': async (harness: ProviderHarness) => {
    const holding = harness.holding(0, 0);
    await harness.addStanding(holding);
    const session = await harness.openSession?.(holding);
    const { receipt } = await harness.provider.grant(holding, until(harness), KEY);
    await end(harness.provider, holding, receipt);
    expect(await session?.ended()).toBe(false);
  },

  'lists who else holds it': async (harness: ProviderHarness) => {
    const { provider } = harness;
    await harness.addStanding(harness.holding(1, 0));
    const { held } = await provider.observe([harness.holding(0, 0)]);
    expect(held.map((one) => one.holding)).toEqual([harness.holding(1, 0)]);
    expect(held.map((one) => one.managed)).not.toContain('yes');
  },

  'lists everybody who holds what nobody in particular is asked about': async (harness: ProviderHarness) => {
    const { provider } = harness;
    const [ours, standing] = [harness.holding(0, 0), harness.holding(1, 1)];
    await provider.grant(ours, until(harness), KEY);
    await harness.addStanding(standing);
    const { held, complete } = await provider.observe([], [ours.grant, standing.grant]);
    expect(complete).toBe(true);
    expect(held.map((one) => holdingKey(one.holding)).toSorted()).toEqual(
      [ours, standing].map(holdingKey).toSorted(),
    );
  },

  'moves native expiry with the end': async (harness: ProviderHarness) => {
    const { provider } = harness;
    const holding = harness.holding(0, 0);
    for (const seconds of [3_600, 7_200, 1_800]) {
      const at = addSeconds(harness.now, seconds);
      await provider.grant(holding, at, KEY);
      expect((await seen(provider, holding))?.until).toBe(at);
    }
  },

  'is ended by the target itself': async (harness: ProviderHarness) => {
    const holding = harness.holding(0, 0);
    await harness.provider.grant(holding, until(harness), KEY);
    await harness.advance?.(until(harness));
    expect(await harness.holds(holding)).toBe(false);
  },

  'says when it saw only a part': async (harness: ProviderHarness) => {
    const holding = harness.holding(0, 0);
    await harness.provider.grant(holding, until(harness), KEY);
    const provider = await harness.partial?.();
    expect((await provider?.observe([holding, harness.holding(0, 1)]))?.complete).toBe(false);
  },

  'does not take its own doing for standing access when an answer was lost': async (
    harness: ProviderHarness,
  ) => {
    const { provider } = harness;
    const holding = harness.holding(0, 0);
    await harness.loseAnswer();
    expect(await fault(() => provider.grant(holding, until(harness), KEY))).toBeInstanceOf(Retry);
    expect(await seen(provider, holding)).toBeDefined();
    const again = await provider.grant(holding, until(harness), KEY);
    expect(again).toMatchObject({ preexisting: false });
    expect(await end(provider, holding, again.receipt)).toEqual({ changed: true });
    expect(await harness.holds(holding)).toBe(false);
  },

  'gives up with a retry when the target hangs': async (harness: ProviderHarness) => {
    const provider = await harness.hanging();
    const calls = everyVerb(provider, harness.holding(0, 0), until(harness));
    const faults = await Promise.all([...calls.values()].map(fault));
    for (const one of faults) expect(one).toBeInstanceOf(Retry);
  },

  'is blocked by wrong credentials, and says what to do': async (harness: ProviderHarness) => {
    const provider = await harness.refused();
    for (const [verb, call] of everyVerb(provider, harness.holding(0, 0), until(harness))) {
      const error = await fault(call);
      expect(error, verb).toBeInstanceOf(Blocked);
      expect((error as Blocked).unblock, verb).toMatch(/^\S.*\S$/s);
    }
  },

  'is blocked by a subject the target does not know': async (harness: ProviderHarness) => {
    const { provider, unknown } = harness;
    const before = await harness.snapshot();
    expect(await fault(() => provider.grant(unknown, until(harness), KEY))).toBeInstanceOf(Blocked);
    if (provider.preflight)
      expect(await fault(async () => provider.preflight?.(unknown))).toBeInstanceOf(Blocked);
    expect(await seen(provider, unknown)).toBeUndefined();
    expect(await harness.snapshot()).toEqual(before);
  },

  'touches nothing for names that are tricks': async (harness: ProviderHarness) => {
    const { provider } = harness;
    await provider.grant(harness.holding(0, 0), until(harness), KEY);
    const before = await harness.snapshot();
    expect(harness.hostile.length).toBeGreaterThan(5);
    for (const { what, holding } of harness.hostile) {
      expect(await fault(() => provider.grant(holding, until(harness), KEY)), what).toBeInstanceOf(Blocked);
      if (provider.preflight)
        expect(await fault(async () => provider.preflight?.(holding)), what).toBeInstanceOf(Blocked);
      expect(await seen(provider, holding), what).toBeUndefined();
      const revoked = await fault(() => end(provider, holding));
      if (!(revoked instanceof Blocked)) expect(revoked, what).toEqual({ changed: false });
      expect(await harness.snapshot(), what).toEqual(before);
    }
  },

  'ends the sessions of what it revoked, and no others': async (harness: ProviderHarness) => {
    const { provider } = harness;
    const [mine, theirs] = [harness.holding(0, 0), harness.holding(1, 0)];
    const { receipt } = await provider.grant(mine, until(harness), KEY);
    await provider.grant(theirs, until(harness), KEY);
    const open = [await harness.openSession?.(mine), await harness.openSession?.(mine)];
    const other = await harness.openSession?.(theirs);
    await provider.revoke(mine, receipt);
    expect(await provider.endSessions?.(mine)).toEqual({ ended: 2 });
    expect(await Promise.all(open.map((session) => session?.ended()))).toEqual([true, true]);
    expect(await other?.ended()).toBe(false);
    expect(await provider.endSessions?.(mine)).toEqual({ ended: 0 });
  },
};
