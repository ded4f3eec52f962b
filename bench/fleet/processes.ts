import { readFileSync } from 'node:fs';
import { childrenOf, scheduled } from '../measure.js';

/** Seconds of CPU. */
export interface Cpu {
  /** Of the process itself, all its threads. */
  readonly own: number;
  /** Of its main thread alone, which can have no more than one core. */
  readonly thread: number;
  /** Of what it started, and what that started. */
  readonly started: number;
}

const TICKS_A_SECOND = 100;

/** @throws when there is no such process. */
export function cpuOf(pid: number): Cpu {
  const { own, over } = statOf(pid);
  const thread = scheduled(`${pid}`) / 1_000;
  const alive = childrenOf(pid).map(cpuIfThere);
  return { own, thread, started: over + alive.reduce((sum, one) => sum + one, 0) };
}

/** A child may end between being listed and being looked at; it then counts as one that is over. */
function cpuIfThere(pid: number): number {
  try {
    const { own, started } = cpuOf(pid);
    return own + started;
  } catch {
    return 0;
  }
}

/** From /proc/PID/stat (proc(5)): fields 14 to 17 are utime, stime and, of children that are over, cutime and cstime. */
function statOf(pid: number): { readonly own: number; readonly over: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user = Number.NaN, system = Number.NaN, overUser = Number.NaN, overSystem = Number.NaN] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number);
  return { own: (user + system) / TICKS_A_SECOND, over: (overUser + overSystem) / TICKS_A_SECOND };
}

export function sumOf(all: readonly Cpu[]): Cpu {
  const sum = (part: keyof Cpu): number => all.reduce((total, one) => total + one[part], 0);
  return { own: sum('own'), thread: sum('thread'), started: sum('started') };
}

export function since(before: Cpu, now: Cpu): Cpu {
  return {
    own: now.own - before.own,
    thread: now.thread - before.thread,
    started: now.started - before.started,
  };
}
