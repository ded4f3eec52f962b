import { mkdir } from 'node:fs/promises';
import { kind } from '../src/adapters/providers/memory/kind.js';
import { memoryProvider } from '../src/adapters/providers/memory/provider.js';
import { createMemoryTarget } from '../src/adapters/providers/memory/target.js';
import { createSandboxClock, type SandboxClock } from '../src/sandbox/clock.js';
import { CATALOG, FIRST_FILES } from '../src/sandbox/documents.js';
import { startWorld, type World } from '../src/sandbox/world.js';

/** Hallpass on the sandbox with targets in memory, a clock that stands still, and nothing that beats by itself. */
export interface BenchWorld {
  readonly world: World;
  readonly clock: SandboxClock;
  /** Pushes a request of somebody's. */
  push(login: string, name: string): Promise<void>;
  open(login: string, name: string): Promise<number>;
}

const CATALOG_IN_MEMORY = CATALOG.replaceAll('kind: postgres', 'kind: memory')
  .replaceAll('role:', 'name:')
  .replace('teams: { kind: github-team }', 'teams: { kind: memory }')
  .replaceAll('team: orders', 'name: orders');

/** @param reach how Hallpass reaches GitHub, such as from far away */
export async function startBenchWorld(
  dir: string,
  reach?: (url: string) => Promise<string>,
): Promise<BenchWorld> {
  await mkdir(dir, { recursive: true });
  const clock = createSandboxClock({ standing: true });
  const target = createMemoryTarget({ clock });
  const silent = { info() {}, warn() {}, error() {} };
  const world = await startWorld({
    dir,
    clock,
    log: silent,
    targets: new Map(['orders-db', 'teams'].map((id) => [id, { kind: 'memory', connection: {} }])),
    providers: new Map([
      [
        'memory',
        {
          kind,
          create: async (_connection, deps) =>
            memoryProvider(target, { target: deps.target, timeoutMilliseconds: 1_000 }),
        },
      ],
    ]),
    github: { files: { ...FIRST_FILES, '.github/access/catalog.yaml': CATALOG_IN_MEMORY } },
    ...(reach === undefined ? {} : { reach }),
  });
  const month = clock.now().slice(0, 7).replace('-', '/');
  return {
    world,
    clock,
    async push(login, name) {
      const document = [
        'version: 1',
        `subject: ${login}`,
        'entitlements: [orders-db-readonly]',
        'duration: 1h',
        'justification: "INC-1: look at it"',
        'ticket: INC-1',
        '',
      ].join('\n');
      await world.github.as(login).push(name, { [`access-requests/${month}/${name}.yaml`]: document });
    },
    open: (login, name) => world.github.as(login).openPullRequest({ head: name }),
  };
}

/** When GitHub had each check that was written since. */
export function checksSince({ world }: BenchWorld, from: number): readonly number[] {
  return world.github.calls
    .slice(from)
    .filter(({ method, route }) => method === 'POST' && /check-runs|updateCheckRun/.test(route))
    .map(({ at }) => at);
}
