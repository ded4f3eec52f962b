import { withoutAdopted } from '../../core/access-review/adopted.js';
import { claimsOf } from '../../core/reconcile/claim.js';
import { type DriftReport, reportOf } from '../../core/reconcile/report.js';
import { readableEntries } from '../../ports/ledger.js';
import { adoptedNow } from '../access-reviews/records.js';
import type { Ports } from '../ports.js';
import { lookAtTargets } from './look-at-targets.js';
import { holdingsNow } from './observe-targets.js';

/** What differs now, and nothing done about it. Faults of the ledger and the repository pass through: without them everything would differ. */
export async function findDrift(
  deps: Pick<Ports, 'providers' | 'repository' | 'kinds' | 'ledger' | 'clock' | 'log'>,
): Promise<DriftReport> {
  const entries = readableEntries(await deps.ledger.read());
  await deps.repository.fetch();
  const documents = await holdingsNow(deps);
  const now = deps.clock.now();
  const seen = await lookAtTargets(deps, claimsOf(entries, now), documents.catalog);
  const looks = withoutAdopted(seen, await adoptedNow(deps, now));
  return reportOf(looks, { ...documents, now, firstSeen: new Map() });
}
