import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandboxClock, type SandboxClock } from '../../../src/sandbox/clock.js';
import { startWorld, type World, type WorldOptions } from '../../../src/sandbox/world.js';
import { createLog } from '../../../src/wire.js';

/** Hallpass with its dashboard on the stand-in for GitHub. */
export interface DashboardWorld {
  readonly world: World;
  readonly clock: SandboxClock;
  /** Where the dashboard is, without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

export async function startDashboardWorld(
  options: Partial<Pick<WorldOptions, 'targets' | 'github' | 'providers'>> = {},
): Promise<DashboardWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'hallpass-dashboard-'));
  const clock = createSandboxClock({ standing: true });
  const log = createLog({ clock, secrets: () => [], level: 'error', destination: { write: () => {} } });
  const world = await startWorld({ dir, clock, log, targets: new Map(), ...options, dashboard: true });
  return {
    world,
    clock,
    get url() {
      return world.running.dashboardUrl ?? '';
    },
    async close() {
      await world.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
