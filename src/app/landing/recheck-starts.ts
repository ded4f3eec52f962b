import type { Entry } from '../../core/grant.js';
import { isLive, isLiveEntry } from '../../core/lifecycle/grant.js';
import { identityOn } from '../../core/lifecycle/landing.js';
import type { Decision } from '../../core/policy/decision.js';
import { evaluate } from '../../core/policy/evaluate.js';
import type { Control, LiveGrant } from '../../core/policy/evidence.js';
import type { Claim } from '../../core/reconcile/claim.js';
import { planOf } from '../../core/reconcile/plan.js';
import type { RequestId } from '../../core/request.js';
import { parseRequest } from '../../documents/request.js';
import { isFault } from '../../ports/fault.js';
import { loadControl } from '../control/load-control.js';
import type { Ports } from '../ports.js';
import type { Journal } from '../reconciling/journal.js';
import { gatherEvidence } from '../reviewing/gather-evidence.js';

type Deps = Pick<Ports, 'host' | 'directory' | 'repository' | 'ledger' | 'kinds' | 'clock' | 'log'>;

/**
 * Grants whose start has come are decided once more, with the people, teams and policy of now (T039, T091). Who is no longer
 * eligible gets nothing. What could not be found out stays scheduled, and its window runs on.
 */
export async function recheckStarts(deps: Deps, journal: Journal, claims: readonly Claim[]): Promise<void> {
  const due = new Map<RequestId, string[]>();
  for (const step of planOf(claims, { now: deps.clock.now(), starts: 'open' }).steps) {
    if (step.step === 'start') due.set(step.id, [...(due.get(step.id) ?? []), step.entitlement]);
  }
  for (const [id, entitlements] of due) {
    try {
      const approved = await stillApproved(deps, journal, id);
      for (const entitlement of entitlements) {
        const at = deps.clock.now();
        if (approved) journal.change(id, { event: 'intended', at, entitlement });
        else journal.change(id, { event: 'voided', at, entitlement, reason: 'ineligible' });
      }
    } catch (error) {
      deps.log.warn('start not decided', { id, code: isFault(error) ? error.code : 'unexpected' });
    }
  }
}

async function stillApproved(deps: Deps, journal: Journal, id: RequestId): Promise<boolean> {
  const entry = journal.entry(id);
  const facts = entry && (await deps.host.facts(entry.landing.pullRequest));
  if (entry === undefined || facts === undefined) return false;
  const loaded = await loadControl(deps, await deps.repository.head());
  const parsed = parseRequest(new TextEncoder().encode(entry.request.content), id);
  if ('issues' in loaded || 'issues' in parsed) return false;
  const gathered = await gatherEvidence(deps, {
    facts,
    base: entry.landing.parent,
    request: parsed.value,
    control: loaded.control,
    // Approvals are as old as they were at the merge: waiting for the start does not wear them out.
    now: entry.landing.mergedAt,
    live: journal.live().filter((one) => one.id !== id),
  });
  const evidence = { ...gathered, live: [...gathered.live, ...(await waitedFor(deps, journal, entry))] };
  // The login may be somebody else's by now (T043, T100).
  if (evidence.subject?.id !== entry.subject?.id) return false;
  // So may the name on the target, which is granted to as it was at the landing.
  if (!isTheirName(entry, loaded.control)) return false;
  if (evaluate(loaded.control, parsed.value, evidence).outcome !== 'approved') return false;
  return !isDenied(evaluate(loaded.control, parsed.value, { ...evidence, now: deps.clock.now() }));
}

function isTheirName({ subject, holdings }: Entry, { catalog, people }: Control): boolean {
  return holdings.filter(isLive).every(({ entitlement: id, holding }) => {
    const entitlement = catalog.entitlements.get(id);
    return (
      entitlement !== undefined && identityOn(entitlement, subject?.login ?? '', people) === holding.subject
    );
  });
}

/**
 * The grant that an extension waited for, where it ran to its end before anybody could be asked about the start. One that was ended early is
 * prolonged by nothing.
 */
async function waitedFor(deps: Deps, journal: Journal, entry: Entry): Promise<readonly LiveGrant[]> {
  if (entry.extends === undefined) return [];
  const before = journal.entry(entry.extends) ?? (await deps.ledger.entry(entry.extends));
  if (before === undefined || isLiveEntry(before)) return [];
  const isOver = before.holdings.every(({ reason }) => reason === 'expired');
  return isOver ? entry.decision.evidence.live.filter(({ id }) => id === entry.extends) : [];
}

/** What denies by the time of day, such as a freeze, goes by the time of the start. */
function isDenied({ findings }: Decision): boolean {
  return findings.some(({ code, status }) => code === 'deny' && status !== 'satisfied');
}
