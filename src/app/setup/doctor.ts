import { diagnose } from '../../core/doctor/diagnose.js';
import type { Setup } from '../../core/doctor/facts.js';
import type { SetupFinding } from '../../core/doctor/finding.js';
import { gatherSetup, type LookOptions, type SetupDeps } from './gather-setup.js';

/** Looks at how everything around Hallpass is set up, and says what is not as it should be, the worst first. Changes nothing. */
export async function inspectSetup(
  deps: SetupDeps,
  setup: Setup,
  options: LookOptions,
): Promise<readonly SetupFinding[]> {
  return diagnose(await gatherSetup(deps, setup, options));
}
