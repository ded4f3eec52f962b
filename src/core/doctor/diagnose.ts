import type { Check } from './check.js';
import { events, permissions, reach } from './checks/app.js';
import { defaultBranch } from './checks/branch.js';
import { canary, ledgerBranch, ledgerKey } from './checks/ledger-branch.js';
import { clock, dataDir, targetClocks, versions } from './checks/machine.js';
import { policy, teams } from './checks/policy.js';
import { codeOwners, repository } from './checks/repository.js';
import { agreement, controlDocuments, targets } from './checks/targets.js';
import { ledger, unseen } from './checks/unseen.js';
import { deliveries, secret, webhook } from './checks/webhook.js';
import type { SetupFacts } from './facts.js';
import { type SetupFinding, setupFinding, worstFirst } from './finding.js';

/** Every check there is. A new one is a function in `checks/` and a name here; its codes are rows of `codes.ts`. */
const CHECKS: readonly Check[] = [
  permissions,
  events,
  reach,
  repository,
  codeOwners,
  defaultBranch,
  ledgerBranch,
  ledger,
  ledgerKey,
  canary,
  secret,
  webhook,
  deliveries,
  clock,
  targetClocks,
  controlDocuments,
  agreement,
  targets,
  policy,
  teams,
  dataDir,
  versions,
  unseen,
];

/** What is wrong with a setup, the worst first. */
export function diagnose(facts: SetupFacts): readonly SetupFinding[] {
  return worstFirst(CHECKS.flatMap((check) => check(facts)).map((found) => setupFinding(facts.setup, found)));
}
