import type { Oid } from '../../core/approval.js';
import { CATALOG_PATH, PEOPLE_PATH, POLICY_PATH, SUITES_FOLDER } from '../../core/pull-request.js';
import { addSeconds, monthsBetween } from '../../core/time.js';
import type { Issue } from '../../documents/issue.js';
import type { DecisionView } from '../../views/decision-view.js';
import { loadControl } from '../control/load-control.js';
import { LARGEST_CONTROL_DOCUMENT } from '../control/read-document.js';
import { policyImpact } from '../policy/policy-impact.js';
import { issuesOfSuite, runSuites } from '../policy/run-suites.js';
import type { Ports } from '../ports.js';

type Deps = Pick<Ports, 'host' | 'directory' | 'repository' | 'ledger' | 'kinds' | 'clock' | 'log'>;

const DOCUMENTS = [POLICY_PATH, CATALOG_PATH, PEOPLE_PATH];

/**
 * What changing the control documents would mean: what is wrong with them, which suites fail, and which requests would be decided
 * otherwise (D18).
 */
export async function examineControl(
  deps: Deps,
  { base, head, paths }: { readonly base: Oid; readonly head: Oid; readonly paths: readonly string[] },
): Promise<Pick<DecisionView, 'issues' | 'impact'>> {
  const touched = paths.some((path) => DOCUMENTS.includes(path) || path.startsWith(`${SUITES_FOLDER}/`));
  if (!touched) return { issues: [] };
  const after = await loadControl(deps, head);
  if ('issues' in after) return { issues: after.issues };
  const issues = await suiteIssues(deps, head);
  const before = await loadControl(deps, base);
  if ('issues' in before) return { issues };
  const now = deps.clock.now();
  const entries = await deps.ledger.filedIn(monthsBetween(addSeconds(now, -31 * 86_400), now));
  const impact = await policyImpact(deps, { before: before.control, after: after.control, base, entries });
  return { issues, impact };
}

async function suiteIssues(deps: Deps, head: Oid): Promise<readonly Issue[]> {
  const files = await deps.repository.filesBelow(head, SUITES_FOLDER);
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    const file = await deps.repository.file(head, path);
    const content =
      file?.mode === '100644' ? await deps.repository.read(file.oid, LARGEST_CONTROL_DOCUMENT) : undefined;
    return content instanceof Uint8Array ? content : undefined;
  };
  const suites = files.filter((path) => path.endsWith('.yaml'));
  return (await runSuites({ read, kinds: deps.kinds }, suites)).flatMap(issuesOfSuite);
}
