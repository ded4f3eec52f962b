import type { Group } from '../../core/identity.js';
import {
  type DriftFinding,
  type DriftReport,
  groupKey,
  type TargetReport,
} from '../../core/reconcile/report.js';
import type { Instant } from '../../core/time.js';
import type { KeptIssue } from '../../ports/review-host.js';
import { driftNotice, driftTitle } from '../../views/drift.js';
import type { Ports } from '../ports.js';

/**
 * Keeps one issue for each target and owners open as long as something differs there. What several groups own stands in the issue of
 * each. A target that could not be looked at to the end keeps the issues it has.
 */
export async function publishDrift(deps: Pick<Ports, 'host'>, report: DriftReport): Promise<void> {
  const looked = report.targets.filter((target) => target.looked !== 'not');
  const scopes = looked.filter((target) => target.looked === 'whole').map(({ target }) => scopeOf(target));
  await deps.host.keepIssues(
    scopes,
    looked.flatMap((target) => issuesOf(target, report.at)),
  );
}

/** The same where the settings ask for it, and targets were looked at. */
export async function keepDriftIssues(
  deps: Pick<Ports, 'host' | 'rules'>,
  report: DriftReport | undefined,
): Promise<void> {
  if (deps.rules.driftIssue && report !== undefined) await publishDrift(deps, report);
}

const scopeOf = (target: string): string => `drift/${target}/`;

function issuesOf({ target, findings }: TargetReport, at: Instant): readonly KeptIssue[] {
  const groups = new Map<string, { readonly owners: Group | null; readonly findings: DriftFinding[] }>();
  for (const finding of findings) {
    if (isBeingMended(finding, at)) continue;
    const all = finding.owners.length === 0 ? [null] : finding.owners;
    for (const owners of all) {
      const key = owners === null ? 'nobody' : groupKey(owners);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { owners, findings: [finding] });
      else group.findings.push(finding);
    }
  }
  return [...groups].map(([key, group]) => ({
    key: `${scopeOf(target)}${key}`,
    title: driftTitle(target),
    markdown: driftNotice(target, group.owners, group.findings),
    assignees: group.owners?.users ?? [],
  }));
}

/** What went missing just now is given again by the same pass, which is nobody's business yet. */
function isBeingMended({ next, since }: DriftFinding, at: Instant): boolean {
  return next === 'restored' && since === at;
}
