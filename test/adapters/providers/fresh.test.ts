import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/adapters/providers/deps.js';
import { openFresh } from '../../../src/adapters/providers/fresh.js';
import { memoryProvider } from '../../../src/adapters/providers/memory/provider.js';
import { createMemoryTarget } from '../../../src/adapters/providers/memory/target.js';
import type { Holding } from '../../../src/core/grant.js';
import { addSeconds, type Instant } from '../../../src/core/time.js';
import { Blocked, Retry } from '../../../src/ports/fault.js';
import type { Provider } from '../../../src/ports/provider.js';

const NOW = '2026-11-22T12:00:00Z' as Instant;
const HOLDING: Holding = { target: 'store', subject: 'alice', grant: { name: 'reader' } };

/** A target with a password, and what was done with it. */
async function world() {
  let now = NOW;
  const state = { password: 'first', known: 'first', reads: 0, readable: true, closed: [] as string[] };
  const target = createMemoryTarget({ clock: { now: () => now } });
  let held: Promise<void> | undefined;
  const logged: string[] = [];
  const note = (message: string, fields: object = {}) =>
    void logged.push(`${message} ${JSON.stringify(fields)}`);
  const open = async (connection: Connection): Promise<Provider> => {
    const password = String(connection.password);
    if (password === 'unusable') throw new Blocked('settings', 'no', 'Mend it.');
    const inner = memoryProvider(target, { target: 'store' });
    const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
      await held;
      if (password !== state.password) throw new Blocked('credentials', 'refused', 'Correct the password.');
      return work();
    };
    return {
      ...inner,
      observe: (scope) => guarded(() => inner.observe(scope)),
      grant: (holding, until, key) => guarded(() => inner.grant(holding, until, key)),
      close: async () => void state.closed.push(password),
    };
  };
  const provider = await openFresh({
    target: 'store',
    clock: { now: () => now },
    log: { info: note, warn: note, error: note },
    connection: { password: state.known },
    async reread() {
      state.reads += 1;
      if (!state.readable) throw new Blocked('secret_unusable', 'away', 'Put it back.');
      return { password: state.known };
    },
    open,
  });
  return {
    provider,
    state,
    logged,
    wait: (seconds: number) => {
      now = addSeconds(now, seconds);
    },
    hold() {
      let release = (): void => undefined;
      held = new Promise((resolve) => {
        release = resolve;
      });
      return () => {
        held = undefined;
        release();
      };
    },
  };
}

const rotate = (state: { password: string; known: string }, to: string) => {
  state.password = to;
  state.known = to;
};

describe('a provider whose secrets may change', () => {
  it('reads them again once a minute, however many calls there are', async () => {
    const { provider, state, wait } = await world();
    await Promise.all([provider.observe([HOLDING]), provider.observe([HOLDING])]);
    expect(state.reads).toBe(0);
    wait(59);
    await provider.observe([HOLDING]);
    expect(state.reads).toBe(0);
    wait(1);
    await Promise.all([
      provider.observe([HOLDING]),
      provider.observe([HOLDING]),
      provider.revoke(HOLDING, null),
    ]);
    expect(state.reads).toBe(1);
    wait(-3_600);
    await provider.observe([HOLDING]);
    expect(state.reads).toBe(2);
  });

  it('reads them at once when the target refuses them, and calls again', async () => {
    const { provider, state, logged } = await world();
    rotate(state, 'second');
    await provider.grant(HOLDING, addSeconds(NOW, 60), 'key');
    expect((await provider.observe([HOLDING])).held).toHaveLength(1);
    expect(state).toMatchObject({ reads: 1, closed: ['first'] });
    expect(logged).toEqual(['secrets of a target were replaced {"target":"store"}']);
  });

  it('replaces them before a refusal where they were read in time', async () => {
    const { provider, state, wait } = await world();
    state.known = 'second';
    wait(60);
    state.password = 'second';
    await provider.observe([HOLDING]);
    expect(state).toMatchObject({ reads: 1, closed: ['first'] });
  });

  it('lets everybody who was refused meanwhile share one reading', async () => {
    const { provider, state } = await world();
    rotate(state, 'second');
    const seen = await Promise.all(Array.from({ length: 5 }, () => provider.observe([HOLDING])));
    expect(seen.every(({ complete }) => complete)).toBe(true);
    expect(state).toMatchObject({ reads: 1, closed: ['first'] });
  });

  it('passes the refusal on where there is nothing new, and tries no third time', async () => {
    const { provider, state } = await world();
    state.password = 'second';
    await expect(provider.observe([HOLDING])).rejects.toMatchObject({ code: 'credentials' });
    state.known = 'third';
    await expect(provider.observe([HOLDING])).rejects.toMatchObject({ code: 'credentials' });
    expect(state.reads).toBe(2);
  });

  it.each([
    ['cannot be read', { readable: false }],
    ['make no provider', { known: 'unusable' }],
  ])('goes on with the old ones while the new ones %s', async (_, spoiled) => {
    const { provider, state, wait, logged } = await world();
    Object.assign(state, spoiled);
    wait(60);
    expect((await provider.observe([HOLDING])).complete).toBe(true);
    expect(state.closed).toEqual([]);
    expect(logged).toEqual([expect.stringContaining('secrets of a target were not read')]);
  });

  it('closes the old provider when its last call is over, and the current one in the end', async () => {
    const { provider, state, wait, hold } = await world();
    const release = hold();
    const slow = provider.observe([HOLDING]);
    state.known = 'second';
    wait(60);
    const next = provider.revoke(HOLDING, null);
    await next;
    expect(state.closed).toEqual([]);
    release();
    await slow;
    expect(state.closed).toEqual(['first']);
    await provider.close?.();
    expect(state.closed).toEqual(['first', 'second']);
  });

  it('lets other faults through as they are', async () => {
    const { provider, state } = await world();
    const fault = new Retry('busy', 'later');
    const failing = await openFresh({
      target: 'store',
      clock: { now: () => NOW },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      connection: {},
      reread: async () => ({}),
      open: async () => ({ ...provider, observe: () => Promise.reject(fault) }),
    });
    await expect(failing.observe([])).rejects.toBe(fault);
    expect(state.reads).toBe(0);
  });

  it('has the verbs and abilities of its kind, and no others', async () => {
    const { provider } = await world();
    expect(provider).toMatchObject({ abilities: { enumerates: true }, endSessions: expect.any(Function) });
    expect(provider.discover).toBeUndefined();
  });
});
