import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a run cost, in a unit of the metric's own: milliseconds, calls, bytes. */
export type Sample = () => number | Promise<number>;

/** A cost held against its floor; both measured in turns, so that a busy machine slows both. */
export interface Compared {
  /** Median cost of ours over the median cost of the floor. */
  readonly ratio: number;
  /** The smallest and the largest ratio of one turn. */
  readonly spread: readonly [number, number];
  /** Medians, in the unit of the samples. */
  readonly ours: number;
  readonly floor: number;
}

/** Runs ours and the floor in turns, after one turn that is thrown away. */
export async function compare(turns: number, ours: Sample, floor: Sample): Promise<Compared> {
  await ours();
  await floor();
  const pairs: [number, number][] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    // Who goes first changes, so that neither always finds a warm cache.
    if (turn % 2 === 0) pairs.push([await ours(), await floor()]);
    else {
      const below = await floor();
      pairs.push([await ours(), below]);
    }
  }
  const ratios = pairs.map(([cost, below]) => cost / below);
  const cost = median(pairs.map(([own]) => own));
  const below = median(pairs.map(([, other]) => other));
  return {
    ratio: cost / below,
    spread: [Math.min(...ratios), Math.max(...ratios)],
    ours: cost,
    floor: below,
  };
}

/** The middle one; of an even number the mean of both in the middle. Throws on none: nothing was measured. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a share of all lie, between neighbours where it falls between them. Throws on none. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('Nothing was measured.');
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN];
  return low + (high - low) * (at - Math.floor(at));
}

/** Wall time of a task, in milliseconds. */
export async function elapsed(task: () => unknown): Promise<number> {
  const begin = performance.now();
  await task();
  return performance.now() - begin;
}

/** CPU time of this process, its threads and the children it has at the end of a task, in milliseconds. Children that end meanwhile are left out. */
export async function cpuWithin(task: () => unknown): Promise<number> {
  const [before, begin] = [childrenCpu(), process.cpuUsage()];
  await task();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1_000 + childrenCpu() - before;
}

function childrenCpu(): number {
  return childrenOf(process.pid).reduce((sum, pid) => sum + scheduled(`${pid}`), 0);
}

/** What a process has started and that still runs, by its main thread. */
export function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

/**
 * Milliseconds on a CPU: the scheduler counts in nanoseconds; what `times` shows are ticks of ten milliseconds.
 * @param task below /proc: `PID` for its main thread, `PID/task/ID` for another one
 */
export function scheduled(task: string): number {
  return Number(readFileSync(`/proc/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

/** CPU time of a whole process and its children, user and system, in milliseconds. Throws when it fails. */
export function cpuOf(
  command: readonly string[],
  options: { readonly cwd?: string; readonly input?: string } = {},
): number {
  const script = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>&3 3>&-';
  const said = execFileSync('bash', ['-c', `{ ${script}; } 3>/dev/null 2>&1`, 'bash', ...command], {
    ...options,
    encoding: 'utf8',
  });
  const [user = Number.NaN, system = Number.NaN] = said.trim().split(' ').map(Number);
  return (user + system) * 1000;
}

/** CPU time that a task takes in this process, in milliseconds, with what collects its garbage meanwhile. */
export function cpuHere(task: () => void): number {
  const begin = process.cpuUsage();
  task();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1_000;
}
