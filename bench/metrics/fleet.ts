import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { sumOf } from '../fleet/processes.js';
import { type Ended, endAll } from '../fleet/run.js';
import { median } from '../measure.js';
import type { Figure, Metric } from '../metric.js';

const WAVES = [20, 20, 20, 20, 20, 100];
const TURNS = [1, 4, 4, 1] as const;
const TARGET = { atLeast: 1.7 };
const CORES = Math.min(availableParallelism(), 2);

/** How much faster four replicas end what one replica would end alone, and whether anything was ended twice. */
export const fleet: Metric = {
  name: 'fleet',
  async measure({ large, folder }) {
    const repositories = large ? 200 : 40;
    const runs: Record<1 | 4, Ended[]> = { 1: [], 4: [] };
    for (const [turn, replicas] of TURNS.entries()) {
      const place = join(folder, `fleet-${turn}`);
      try {
        runs[replicas].push(await endAll({ folder: place, repositories, waves: WAVES, replicas }));
      } catch (error) {
        return [unfinished(repositories, replicas, error)];
      }
    }
    return figuresOf(repositories, runs);
  },
};

/** What does not come to an end is no figure, and must not keep the other metrics from theirs. */
function unfinished(repositories: number, replicas: number, error: unknown): Figure {
  return {
    name: `fleet@${repositories}`,
    value: Number.NaN,
    unit: '× throughput',
    floor: `none: ${replicas} replicas did not come to an end, ${error instanceof Error ? error.message : error}`,
    target: TARGET,
  };
}

function figuresOf(repositories: number, runs: Readonly<Record<1 | 4, readonly Ended[]>>): readonly Figure[] {
  const ends = repositories * (WAVES.at(-1) ?? 0);
  const ratios = runs[1].map((one, n) => one.seconds / (runs[4][n]?.seconds ?? Number.NaN));
  const least = (all: readonly Ended[]): number => median(all.map(leastSeconds));
  return [
    {
      name: `fleet@${repositories}`,
      value: secondsOf(runs[1]) / secondsOf(runs[4]),
      unit: '× throughput',
      floor: `one replica, ${ends} ends in ${secondsOf(runs[1]).toFixed(1)} s`,
      target: TARGET,
      spread: [Math.min(...ratios), Math.max(...ratios)],
    },
    {
      name: `fleet.limit@${repositories}`,
      value: least(runs[1]) / least(runs[4]),
      unit: '× throughput',
      floor: `by CPU on ${CORES} idle cores: one replica ${least(runs[1]).toFixed(2)} s, four ${least(runs[4]).toFixed(2)} s`,
    },
    {
      name: `fleet.cpu@${repositories}`,
      value: median(runs[4].map(cpuOf)) / median(runs[1].map(cpuOf)),
      unit: '× CPU',
      floor: `one replica: ${inWords(runs[1])}; four: ${inWords(runs[4])}`,
    },
    {
      name: `fleet.doubled@${repositories}`,
      value: [...runs[1], ...runs[4]].reduce((sum, { wrong }) => sum + wrong, 0),
      unit: 'wrong',
      floor: 'every holding is taken away by one call, every end stands once in its ledger',
      target: { exactly: 0 },
    },
  ];
}

const secondsOf = (runs: readonly Ended[]): number => median(runs.map(({ seconds }) => seconds));

/** With both cores to itself it could not take less: all CPU spread evenly, and the busiest thread on a core of its own. */
function leastSeconds(run: Ended): number {
  const { github, postgres } = run.others;
  const busiest = Math.max(...run.replicas.map(({ thread }) => thread));
  return Math.max(busiest, (cpuOf(run) + github + postgres) / CORES);
}

/** Seconds of CPU of the replicas and of their git. */
function cpuOf({ replicas }: Ended): number {
  const { own, started } = sumOf(replicas);
  return own + started;
}

function inWords(runs: readonly Ended[]): string {
  const of = (part: (run: Ended) => number): string => `${median(runs.map(part)).toFixed(2)} s`;
  const node = of(({ replicas }) => sumOf(replicas).own);
  const threads = of(({ replicas }) => sumOf(replicas).thread);
  const git = of(({ replicas }) => sumOf(replicas).started);
  return `${node} in Node (${threads} in threads that run our code), ${git} in git, ${of(({ others }) => others.github)} in the stand-in, ${of(({ others }) => others.postgres)} in PostgreSQL`;
}
