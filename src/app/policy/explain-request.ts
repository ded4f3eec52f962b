import type { Account } from '../../core/identity.js';
import { windowOf } from '../../core/lifecycle/landing.js';
import { evaluate } from '../../core/policy/evaluate.js';
import type { Control, Evidence } from '../../core/policy/evidence.js';
import { type AccessRequest, pathOfRequest, type RequestId } from '../../core/request.js';
import type { Instant } from '../../core/time.js';
import type { Issue, Parsed } from '../../documents/issue.js';
import { parseRequest } from '../../documents/request.js';
import { parseCaseFacts } from '../../documents/suite.js';
import type { Clock } from '../../ports/clock.js';
import type { ProviderKind } from '../../ports/provider.js';
import type { RequestView } from '../../views/decision-view.js';
import { parseAt, type ReadDocument, readControl } from '../control/read-control.js';
import { assumeEvidence } from './assume-evidence.js';
import { evidenceOf } from './suite-evidence.js';

interface Deps {
  readonly read: ReadDocument;
  readonly kinds: ReadonlyMap<string, ProviderKind>;
  readonly clock: Clock;
}

/** What somebody wrote down about a request: the facts of a case of a policy suite. */
export interface GivenEvidence {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Nothing but who is going to open the pull request. */
export interface KnownRequester {
  readonly requester: Account;
}

export type Explained =
  | {
      readonly view: RequestView;
      readonly evidence: 'given' | 'assumed';
      readonly warnings: readonly Issue[];
    }
  /** A document cannot be used, so there is nothing to explain. */
  | { readonly issues: readonly Issue[] };

/** Explains the decision on one request of a checked-out access repository: from given evidence, or in its favour. */
export async function explainRequest(
  deps: Deps,
  id: RequestId,
  given?: GivenEvidence | KnownRequester,
): Promise<Explained> {
  const [documents, request] = await Promise.all([
    readControl(deps.read, deps.kinds),
    parseAt(deps.read, pathOfRequest(id), (bytes) => parseRequest(bytes, id)),
  ]);
  if (!('value' in documents && 'value' in request)) {
    return { issues: [documents, request].flatMap((one) => ('issues' in one ? one.issues : [])) };
  }
  const control = documents.value;
  const evidence = evidenceFor(control, { request: request.value, now: deps.clock.now() }, given);
  if ('issues' in evidence) return evidence;
  const view = viewOf(control, request.value, evidence.value);
  const isGiven = given !== undefined && 'file' in given;
  return {
    view: isGiven ? view : withoutNames(view),
    evidence: isGiven ? 'given' : 'assumed',
    warnings: [documents, request, evidence].flatMap(({ warnings }) => warnings),
  };
}

function evidenceFor(
  control: Control,
  about: { readonly request: AccessRequest; readonly now: Instant },
  given: GivenEvidence | KnownRequester | undefined,
): Parsed<Evidence> {
  if (given === undefined || 'requester' in given) {
    const unopened = { request: about.request, ...given };
    return { value: assumeEvidence(control, unopened, about.now), warnings: [] };
  }
  const parsed = parseCaseFacts(given.bytes, given.file, about);
  if ('issues' in parsed) return parsed;
  const { teams, facts } = parsed.value;
  return { value: evidenceOf({ teams }, facts, control), warnings: parsed.warnings };
}

/** Nobody is known to be in a team here, so who could approve would be told wrongly. */
function withoutNames(view: RequestView): RequestView {
  const findings = view.decision.findings.map((finding) =>
    finding.code === 'approvals' && finding.unblock !== undefined
      ? { ...finding, unblock: 'People of the groups can approve, if they have no part in the request.' }
      : finding,
  );
  return { ...view, decision: { ...view.decision, findings }, teamsUnknown: true };
}

function viewOf(control: Control, request: AccessRequest, evidence: Evidence): RequestView {
  const decision = evaluate(control, request, evidence);
  const prolonged = evidence.live.find((grant) => grant.id === request.extends);
  const landing = {
    request,
    mergedAt: evidence.now,
    ...(prolonged === undefined ? {} : { prolongs: prolonged.until }),
  };
  return {
    request,
    requester: evidence.requester?.login ?? null,
    decision,
    entitlements: request.entitlements.flatMap((id) => control.catalog.entitlements.get(id) ?? []),
    window: windowOf(landing),
  };
}
