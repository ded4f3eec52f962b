import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProviderFactory } from '../../src/adapters/providers/deps.js';
import { kind } from '../../src/adapters/providers/memory/kind.js';
import { createHints, type Hints } from '../../src/app/hints.js';
import { holdingKey } from '../../src/core/grant.js';
import { addSeconds, type Instant } from '../../src/core/time.js';
import type { Ledger } from '../../src/ports/ledger.js';
import type { Log } from '../../src/ports/log.js';
import type { ReviewHost } from '../../src/ports/review-host.js';
import { openQueueStore, systemTimer, type Wired, wireServer } from '../../src/wire.js';
import type { Said, Told, Work } from './messages.js';

const work = JSON.parse(process.argv[2] ?? '{}') as Work;
const say = (said: Said): void => void process.send?.(said);
/** That there is no catalog is known; an end that failed costs time, and whoever sees the figure should see it as well. */
const log: Log = {
  info() {},
  warn() {},
  error: (message, about) => void process.stderr.write(`fleet: ${message} ${JSON.stringify(about)}\n`),
};

/** It stands until the first wave, however long keys take to settle, and then runs from what was told last: what failed is tried again by it. */
let told = { now: work.now as Instant, at: Number.POSITIVE_INFINITY };
const clock = {
  now: (): Instant => addSeconds(told.now, Math.floor(Math.max(performance.now() - told.at, 0) / 1_000)),
};

/** What was taken away so far, on a target of each repository that answers at once and holds what nobody took away. */
const revoked: string[] = [];
function targetOf(repository: number): ProviderFactory {
  const gone = new Set<string>();
  return {
    kind,
    create: async () => ({
      abilities: { ...kind.abilities, enumerates: false, endsSessions: false, nativeExpiry: 'none' },
      width: 8,
      async observe(scope) {
        const held = scope.filter((holding) => !gone.has(holdingKey(holding)));
        return { complete: true, held: held.map((holding) => ({ holding, managed: 'yes' as const })) };
      },
      grant: () => Promise.reject(new Error('nothing is to be granted')),
      async revoke(holding) {
        revoked.push(`${repository} ${holdingKey(holding)}`);
        const changed = !gone.has(holdingKey(holding));
        gone.add(holdingKey(holding));
        return { changed };
      },
    }),
  };
}

/** GitHub's API has a budget of its own (`api.calls`), also for notices; here only git speaks with it. */
const nobody = new Proxy({} as ReviewHost, {
  get: (_, name) => (name === 'hostClock' ? () => undefined : async () => []),
});

function counting(ledger: Ledger): Ledger {
  return {
    ...ledger,
    async append(batch) {
      const head = await ledger.append(batch);
      const ends = batch.entries.filter(({ events }) => events.at(-1)?.event === 'ended').length;
      if (ends > 0) say({ said: 'recorded', ends });
      return head;
    },
  };
}

const store = openQueueStore({ url: work.databaseUrl, timer: systemTimer, log });
const houses: { readonly id: number; readonly wired: Wired; readonly hints: Hints }[] = [];
/** Repositories whose ledger is read. */
const warm = new Set<number>();
for (const { id, url } of work.repositories) {
  const dataDir = join(work.folder, String(id));
  mkdirSync(dataDir, { recursive: true });
  // Known from an earlier start, so that GitHub is not asked.
  writeFileSync(join(dataDir, 'app.json'), JSON.stringify({ appId: 1, slug: 'bench' }));
  const wired = await wireServer({
    github: { apiUrl: work.apiUrl, cloneUrl: url, appId: 1, privateKey: work.privateKey },
    repository: {
      owner: 'bench',
      name: `access-${id}`,
      id,
      installationId: 1,
      ledgerBranch: 'access-ledger',
    },
    rules: {
      branch: 'main',
      allowForks: false,
      revokers: { teams: [], users: [] },
      alertAfterSeconds: 86_400,
    },
    dataDir,
    gitEnvironment: { PATH: String(process.env.PATH) },
    signingKey: work.signingKey,
    targets: new Map([['orders-db', { kind: 'memory', connection: {} }]]),
    providers: new Map([['memory', targetOf(id)]]),
    clock,
    log,
    store,
  });
  const ports = {
    ...wired.ports,
    ledger: counting(wired.ports.ledger),
    host: nobody,
    clock,
    notices: { tell() {} },
  };
  const hints = createHints({ ...ports, queue: wired.queue, inbox: wired.inbox, key: wired.key });
  const begin = async (): Promise<void> => {
    // As a server does; before the end of the grants there is nothing to do.
    await ports.ledger.read();
    hints.ends();
    hints.pass();
    warm.add(id);
  };
  wired.key.onChange(async (state) => {
    if (state === 'held') await begin();
    // As a server does: work that has begun comes to its end.
    if (state === 'elsewhere') await wired.queue.idle();
  });
  // It may have come while the repository was put together.
  if (wired.key.state() === 'held') await begin();
  houses.push({ id, wired, hints });
}
const held = () => houses.filter(({ wired }) => wired.key.state() === 'held');
const report = setInterval(() => {
  say({ said: 'held', keys: held().length, isWarm: held().every(({ id }) => warm.has(id)) });
}, 500);

process.on('message', (message: Told) => {
  clearInterval(report);
  if (message.told === 'stop') {
    process.send?.({ said: 'revoked', holdings: revoked } satisfies Said, () => process.exit());
    return;
  }
  told = { now: message.now as Instant, at: performance.now() };
  for (const { hints } of held()) {
    hints.ends();
    hints.pass();
  }
});
