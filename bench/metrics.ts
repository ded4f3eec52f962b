import type { Metric } from './metric.js';
import { cliValidate } from './metrics/cli-validate.js';
import { fleet } from './metrics/fleet.js';
import { ledgerCommit } from './metrics/ledger-commit.js';
import { ledgerRevoke } from './metrics/ledger-revoke.js';
import { passCold } from './metrics/pass-cold.js';
import { passIdle } from './metrics/pass-idle.js';

/** Every metric, in the order in which they run. `bench/README.md` explains each floor. */
export const METRICS: readonly Metric[] = [
  cliValidate,
  ledgerCommit,
  ledgerRevoke,
  passCold,
  passIdle,
  fleet,
];
