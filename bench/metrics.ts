import type { Metric } from './metric.js';
import { cliValidate } from './metrics/cli-validate.js';
import { fleet } from './metrics/fleet.js';

/** Every metric, in the order in which they run. `bench/README.md` explains each floor. */
export const METRICS: readonly Metric[] = [cliValidate, fleet];
