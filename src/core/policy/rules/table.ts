import { applicability, deny, rule } from './applying.js';
import { approvals, autoApprove, floor, reviewFacts, veto } from './approvals.js';
import type { CheckSet } from './check.js';
import { conflicts } from './conflicts.js';
import { breakGlass, duration } from './duration.js';
import { extension, total } from './extension.js';
import { heldPerWeek, openRequests } from './limits.js';
import { identity, owedReview, requester, subject } from './people.js';
import { justification, ticket } from './reasons.js';
import { entitlement, nativeExpiry, something, tierDuration } from './targets.js';
import { lapsed, start } from './timing.js';

/**
 * Every check there is, in the order findings are told: who, what, when, then rule by rule. A new one is a file beside this one and
 * a line here; see `docs/adding-a-rule.md`.
 */
export const CHECKS: readonly CheckSet[] = [
  requester,
  subject,
  owedReview,
  start,
  extension,
  conflicts,
  something,
  entitlement,
  tierDuration,
  nativeExpiry,
  identity,
  rule,
  applicability,
  deny,
  duration,
  total,
  ticket,
  justification,
  openRequests,
  heldPerWeek,
  lapsed,
  breakGlass,
  autoApprove,
  reviewFacts,
  approvals,
  veto,
  floor,
];
