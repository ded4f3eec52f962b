import { ledgerLag } from './app/reconciling/ledger-lag.js';
import { createMetrics, type Metrics } from './web/metrics.js';
import type { Wired } from './wire.js';

/**
 * The numbers of one access repository.
 * @param deliveries what became of webhooks; absent where another repository's numbers say it: then these have a path of their own.
 */
export function openMetrics(
  { ports, notices, traffic, limiter }: Wired,
  repositoryId: number,
  deliveries?: () => Record<string, number>,
): Metrics {
  return createMetrics({
    clock: ports.clock,
    targets: [...ports.providers.keys()],
    deliveries: deliveries ?? (() => ({})),
    notices: notices.counts,
    gitHub: {
      ...traffic,
      budget: limiter.budget.left,
      waiting: limiter.waiting,
      pausedSeconds: limiter.budget.pausedSeconds,
    },
    ledgerLag: () => ledgerLag(ports),
    ...(deliveries === undefined ? { path: `/metrics/${repositoryId}` } : {}),
  });
}
