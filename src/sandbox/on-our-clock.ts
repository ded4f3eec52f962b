import type { ProviderFactory } from '../adapters/providers/deps.js';
import { providers } from '../adapters/providers/index.js';
import type { Clock } from '../ports/clock.js';
import type { Provider } from '../ports/provider.js';

/**
 * Every kind of target, on the sandbox's clock. An hour that only jumps there would leave the real server an hour behind, and nothing is
 * granted on a target whose clock is wrong (T089).
 */
export function providersOn(clock: Clock): ReadonlyMap<string, ProviderFactory> {
  return new Map([...providers].map(([kind, factory]) => [kind, onOurClock(factory, clock)]));
}

export function onOurClock(factory: ProviderFactory, clock: Clock): ProviderFactory {
  return {
    ...factory,
    create: async (connection, deps) => inTime(await factory.create(connection, deps), clock),
  };
}

function inTime(provider: Provider, clock: Clock): Provider {
  return {
    ...provider,
    async observe(scope, everybodyOf) {
      const seen = await provider.observe(scope, everybodyOf);
      return seen.clock === undefined ? seen : { ...seen, clock: clock.now() };
    },
  };
}
