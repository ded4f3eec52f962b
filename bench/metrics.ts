import type { Metric } from './metric.js';
import { auditVerify } from './metrics/audit-verify.js';
import { cliValidate } from './metrics/cli-validate.js';
import { cliValidate1000 } from './metrics/cli-validate1000.js';
import { fleet } from './metrics/fleet.js';
import { ledgerCommit } from './metrics/ledger-commit.js';
import { ledgerRevoke } from './metrics/ledger-revoke.js';
import { passCold } from './metrics/pass-cold.js';
import { passIdle } from './metrics/pass-idle.js';
import { serve } from './metrics/serve.js';
import { verdict } from './metrics/verdict.js';

/** Every metric, in the order in which they run. `bench/README.md` explains each floor. */
export const METRICS: readonly Metric[] = [
  cliValidate,
  cliValidate1000,
  verdict,
  ledgerCommit,
  ledgerRevoke,
  passCold,
  passIdle,
  serve,
  fleet,
  auditVerify,
];
