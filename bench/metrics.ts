import type { Metric } from './metric.js';
import { apiCalls } from './metrics/api-calls.js';
import { cliValidate } from './metrics/cli-validate.js';
import { expiryLateness } from './metrics/expiry-lateness.js';
import { webhooks } from './metrics/webhooks.js';

/** Every metric, in the order in which they run. `bench/README.md` explains each floor. */
export const METRICS: readonly Metric[] = [apiCalls, webhooks, expiryLateness, cliValidate];
