import { isFault } from '../ports/fault.js';
import type { Ports } from './ports.js';
import { type PassOptions, type PassReport, runPass } from './reconciling/run-pass.js';
import { sweep } from './reviewing/sweep.js';
import { newDriftMemory } from './targets/observe-targets.js';

/** Each pass decides some landings; so many in one go would be odd, and the next run goes on. */
const MOST_PASSES = 10;

/**
 * What a server does over time, once: a pass, so that ends come first, then a look at every open pull request and at recent comments,
 * then passes until nothing more has landed. @returns what all of it came to.
 */
export async function runOnce(deps: Ports, { sweeps }: { readonly sweeps: boolean }): Promise<PassReport> {
  const options: PassOptions = { observe: true, told: new Set(), memory: newDriftMemory() };
  const first = await runPass(deps, options);
  if (!sweeps) return first;
  let all: PassReport = { ...first, faults: [...first.faults, ...(await swept(deps))] };
  for (let passes = 0; passes < MOST_PASSES; passes += 1) {
    const next = await runPass(deps, { ...options, observe: false });
    all = joined(all, next);
    if (!next.more || next.faults.length > 0) break;
  }
  return all;
}

/** What the sweep could not do, as a pass says it of its stages. */
async function swept(deps: Ports): Promise<PassReport['faults']> {
  try {
    const { failed } = await sweep(deps, { since: undefined, seen: new Map(), showing: deps });
    return failed.map((number) => ({ stage: `pull request ${number}`, code: 'not_looked_at' }));
  } catch (error) {
    const code = isFault(error) ? error.code : 'unexpected';
    deps.log.warn('sweep stopped', { code, message: error instanceof Error ? error.message : 'unknown' });
    return [{ stage: 'sweep', code }];
  }
}

/** The state is that of the later pass; what was done and what failed is that of both. */
function joined(before: PassReport, after: PassReport): PassReport {
  return {
    ...after,
    recorded: [...before.recorded, ...after.recorded],
    violations: [...before.violations, ...after.violations],
    pushes: before.pushes + after.pushes,
    drift: before.drift,
    faults: [...before.faults, ...after.faults],
  };
}
