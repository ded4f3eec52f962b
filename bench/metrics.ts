import type { Metric } from './metric.js';
import { apiCalls } from './metrics/api-calls.js';
import { auditVerify } from './metrics/audit-verify.js';
import { cliValidate } from './metrics/cli-validate.js';
import { cliValidate1000 } from './metrics/cli-validate1000.js';
import { expiryLateness } from './metrics/expiry-lateness.js';
import { fleet } from './metrics/fleet.js';
import { ledgerCommit } from './metrics/ledger-commit.js';
import { ledgerRevoke } from './metrics/ledger-revoke.js';
import { passCold } from './metrics/pass-cold.js';
import { passIdle } from './metrics/pass-idle.js';
import { serve } from './metrics/serve.js';
import { verdict } from './metrics/verdict.js';
import { webhookBurst } from './metrics/webhook-burst.js';
import { webhookIntake } from './metrics/webhook-intake.js';
import { webhookToCheck } from './metrics/webhook-to-check.js';

/** Every metric, in the order in which they run. `bench/README.md` explains each floor. */
export const METRICS: readonly Metric[] = [
  verdict,
  cliValidate,
  cliValidate1000,
  ledgerCommit,
  ledgerRevoke,
  passCold,
  passIdle,
  auditVerify,
  apiCalls,
  webhookIntake,
  webhookToCheck,
  webhookBurst,
  expiryLateness,
  serve,
  fleet,
];
