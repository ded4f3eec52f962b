import type { CanaryFacts, LedgerFacts } from '../core/doctor/facts.js';

/** Looks at the ledger's keys, and tries its branch's rules on a branch beside it. */
export interface LedgerProbe {
  keys(): Promise<LedgerFacts>;
  /** Pushes to a branch beside the ledger and removes it again where that is allowed. Never touches the ledger. */
  canary(): Promise<CanaryFacts>;
}
