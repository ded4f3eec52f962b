import type { Oid } from '../../core/approval.js';
import { canonicalJson } from '../../core/grant.js';
import { identityOn } from '../../core/lifecycle/landing.js';
import type { Control } from '../../core/policy/evidence.js';
import type { AccessRequest } from '../../core/request.js';
import type { Ports } from '../ports.js';
import { loadHoldings } from './load-control.js';

type Deps = Pick<Ports, 'repository' | 'kinds'>;

/**
 * What the request asks for that means something else now than when its branch was made: other coordinates, another target, or another
 * name of the subject there. Approvals are for the head, and the head is as old as its branch; so they must not approve what the catalog
 * or the people document were changed to afterwards (T059, T077). Bringing the branch up to date makes a new head, to be approved anew.
 */
export async function changedMeaning(
  deps: Deps,
  { request, control, base, head }: { request: AccessRequest; control: Control; base: Oid; head: Oid },
): Promise<readonly string[]> {
  const fork = await deps.repository.mergeBase(base, head);
  const before = fork && (await loadHoldings(deps, fork));
  if (!before) return request.entitlements;
  return request.entitlements.filter((id) => {
    const then = meaningOf(id, request, before);
    return then === undefined || then !== meaningOf(id, request, control);
  });
}

/** The sentence for whoever waits, and for the ledger. */
export function changedSentence(ids: readonly string[]): string {
  return `What ${ids.join(', ')} gives was changed after the branch was made, or was not known then.`;
}

function meaningOf(
  id: string,
  { subject }: AccessRequest,
  { catalog, people }: Pick<Control, 'catalog' | 'people'>,
): string | undefined {
  const entitlement = catalog.entitlements.get(id);
  if (entitlement === undefined) return undefined;
  const { target, grant } = entitlement;
  return canonicalJson([target.id, target.kind, grant, identityOn(entitlement, subject, people) ?? null]);
}
