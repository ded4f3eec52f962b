import { expect, test } from 'vitest';
import type { ProviderFactory } from '../../src/adapters/providers/deps.js';
import { kind } from '../../src/adapters/providers/memory/kind.js';
import { memoryProvider } from '../../src/adapters/providers/memory/provider.js';
import { createMemoryTarget } from '../../src/adapters/providers/memory/target.js';
import { createSandboxClock } from '../../src/sandbox/clock.js';
import { onOurClock } from '../../src/sandbox/on-our-clock.js';

test('a real server is as far in time as the sandbox, and keeps everything else it is', async () => {
  const standing = createSandboxClock({ standing: true });
  const sandbox = createSandboxClock({ standing: true });
  const factory: ProviderFactory = {
    kind,
    create: async () =>
      memoryProvider(createMemoryTarget({ clock: standing }), { target: 't', timeoutMilliseconds: 1_000 }),
  };
  const deps = { target: 't', clock: sandbox, log: { info() {}, warn() {}, error() {} } };
  const provider = await onOurClock(factory, sandbox).create({}, deps);
  sandbox.advance(3_600);
  const seen = await provider.observe([]);
  expect(seen.clock).toBe(sandbox.now());
  expect(seen.clock).not.toBe((await (await factory.create({}, deps)).observe([])).clock);
  expect(provider.abilities).toEqual((await factory.create({}, deps)).abilities);
  expect(provider.grant).toBeTypeOf('function');
});
