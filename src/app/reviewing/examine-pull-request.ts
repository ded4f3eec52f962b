import type { Oid } from '../../core/approval.js';
import type { Entry } from '../../core/grant.js';
import type { Group } from '../../core/identity.js';
import { windowOf } from '../../core/lifecycle/landing.js';
import type { Decision, Finding } from '../../core/policy/decision.js';
import { evaluate } from '../../core/policy/evaluate.js';
import {
  classOf,
  MAX_REQUESTS_PER_PULL_REQUEST,
  type PullRequest,
  type TreeChange,
} from '../../core/pull-request.js';
import { requestIdOfPath } from '../../core/request.js';
import { type Duration, durationSeconds } from '../../core/time.js';
import { FILE_START, type Issue, issue } from '../../documents/issue.js';
import { parseRequest } from '../../documents/request.js';
import { findingIssues } from '../../documents/request-findings.js';
import { requestPathIssues } from '../../documents/request-path.js';
import { Retry } from '../../ports/fault.js';
import { readableEntries } from '../../ports/ledger.js';
import type { PullRequestFacts, PullRequestLook } from '../../ports/review-host.js';
import type { DecisionView, RequestView } from '../../views/decision-view.js';
import { examineList } from '../access-reviews/examine-list.js';
import { changedMeaning, changedSentence } from '../control/changed-meaning.js';
import { type LoadedControl, loadControl } from '../control/load-control.js';
import { LARGEST_REQUEST, readDocument } from '../control/read-document.js';
import { touchesControl } from '../control/touches-control.js';
import type { Ports } from '../ports.js';
import { examineControl } from './examine-control.js';
import { gatherEvidence } from './gather-evidence.js';
import { lookBack } from './look-back.js';

type Deps = Pick<
  Ports,
  'host' | 'directory' | 'repository' | 'ledger' | 'past' | 'kinds' | 'clock' | 'log' | 'rules'
>;

/** Everything about an open pull request that is read once and looked at from several sides. */
interface Scene {
  readonly facts: PullRequestFacts;
  /** Head of the default branch: policy always comes from here (T058). */
  readonly base: Oid;
  readonly changes: readonly TreeChange[];
  readonly live: readonly Entry[];
}

const NOTHING: Omit<DecisionView, 'pullRequest'> = {
  requests: [],
  removals: [],
  issues: [],
  broken: [],
  asked: [],
};

/** What was found, and how long a rule that applies waits for those asked before it asks others. */
export interface Examined {
  readonly view: DecisionView;
  readonly askAgainAfter?: Duration;
  /** Reviews that break-glass requests will owe once they land. */
  readonly owed?: readonly { readonly rule: string; readonly reviewers: Group }[];
}

/** What the app has to say of an open pull request whose head is fetched, or was a moment ago. Faults of the ports pass through. */
export async function examinePullRequest(deps: Deps, { facts, heads }: PullRequestLook): Promise<Examined> {
  const { pullRequest } = facts;
  const [{ base, fork }, snapshot] = await Promise.all([
    forkOf(deps, pullRequest),
    deps.ledger.read(heads.ledger),
  ]);
  if (fork === undefined) {
    const message = 'The branch has no common history with the default branch.';
    const unblock = 'Branch off the default branch and try again.';
    return { view: { ...NOTHING, pullRequest: 'mixed', refusal: { message, unblock } } };
  }
  const changes = await deps.repository.changes(fork, pullRequest.head);
  const scene: Scene = { facts, base, changes, live: readableEntries(snapshot) };
  const kind = classOf(changes);
  const refusal = refusalOf(deps, pullRequest, changes);
  if (refusal !== undefined && kind !== 'other') return { view: { ...NOTHING, pullRequest: kind, refusal } };
  if (kind === 'request') {
    const touching = await touchesControl(deps, base, pullRequest.head);
    if (touching === undefined) return examineRequests(deps, scene);
    return { view: { ...NOTHING, pullRequest: kind, refusal: touchingControl(touching) } };
  }
  if (kind === 'access_review') {
    const list = await examineList(deps, { facts, changes, base, at: deps.clock.now() });
    const said = 'asked' in list ? { accessReview: list } : 'issues' in list ? { issues: list.issues } : list;
    return { view: { ...NOTHING, pullRequest: kind, ...said } };
  }
  const removals = kind === 'removal' ? changes.flatMap(({ path }) => requestIdOfPath(path) ?? []) : [];
  const paths = changes.map(({ path }) => path);
  const control =
    kind === 'control' ? await examineControl(deps, { base, head: pullRequest.head, paths }) : {};
  return { view: { ...NOTHING, pullRequest: kind, removals, ...control } };
}

/**
 * Where the branch left the default branch. What was fetched while somebody pushed may lack the head: then it is fetched once more.
 * @throws Retry while a head that the host names cannot be brought: nothing else is looked at in its place, and nothing is said of it
 */
async function forkOf(
  { repository }: Deps,
  { head, number }: PullRequest,
): Promise<{ readonly base: Oid; readonly fork: Oid | undefined }> {
  const base = await repository.head();
  const fork = await repository.mergeBase(base, head);
  if (fork !== undefined) return { base, fork };
  await repository.fetch([number]);
  const now = await repository.head();
  const found = await repository.mergeBase(now, head);
  // Where it is here, a commit is an ancestor of itself.
  if (found === undefined && !(await repository.isAncestor(head, head)))
    throw new Retry('head_missing', `The head of pull request ${number}, ${head}, cannot be fetched yet.`);
  return { base: now, fork: found };
}

function touchingControl(commit: Oid): NonNullable<DecisionView['refusal']> {
  return {
    message: `Commit ${commit.slice(0, 7)} of this pull request changes policy, catalog or people, even if a later one puts it back.`,
    unblock: 'Make a new branch whose commits only add request files.',
  };
}

/** Why a pull request is not decided at all, and what to do instead. */
function refusalOf(
  deps: Deps,
  pullRequest: PullRequest,
  changes: readonly TreeChange[],
): DecisionView['refusal'] {
  const kind = classOf(changes);
  const requests = kind === 'request' || kind === 'mixed';
  if (pullRequest.draft) {
    return {
      message: 'This is a draft.',
      unblock: 'Mark it as ready for review; reviews given before that do not count.',
    };
  }
  if (!pullRequest.sameRepository && !deps.rules.allowForks) {
    return {
      message: 'This pull request comes from another repository, where nobody can tell who pushed.',
      unblock: 'Push the branch to this repository and open the pull request from there.',
    };
  }
  if (requests && pullRequest.authorType !== 'User') {
    return {
      message: 'This pull request was not opened by a person.',
      unblock: 'Have the person who asks open it.',
    };
  }
  if (kind === 'mixed') {
    return {
      message:
        'This pull request does more than one kind of thing, or changes a request that was there before.',
      unblock:
        'A request pull request only adds request files. Put everything else into another one; to change a request, write a new file.',
    };
  }
  if (kind === 'request' && changes.length > MAX_REQUESTS_PER_PULL_REQUEST) {
    return {
      message: `This pull request adds ${changes.length} requests.`,
      unblock: `Ask for at most ${MAX_REQUESTS_PER_PULL_REQUEST} in one pull request.`,
    };
  }
  return undefined;
}

async function examineRequests(deps: Deps, scene: Scene): Promise<Examined> {
  const loaded = await loadControl(deps, scene.base);
  const examined = [];
  for (const change of scene.changes) examined.push(await examineRequest(deps, scene, { change, loaded }));
  const refused = examined.find((one) => 'refusal' in one);
  if (refused !== undefined) return { view: { ...NOTHING, pullRequest: 'request', ...refused } };
  const view: DecisionView = {
    ...NOTHING,
    pullRequest: 'request',
    requests: examined.flatMap((one) => ('request' in one ? [one] : [])),
    issues: examined.flatMap((one) => ('issues' in one ? one.issues : [])),
    broken: 'issues' in loaded ? loaded.issues : [],
  };
  if ('issues' in loaded) return { view };
  const applying = new Set(view.requests.flatMap((one) => one.decision.rules));
  const waits = loaded.control.policy.rules.flatMap((rule) =>
    applying.has(rule.name) && rule.askAgainAfter !== undefined ? [rule.askAgainAfter] : [],
  );
  const [askAgainAfter] = waits.toSorted((a, b) => durationSeconds(a) - durationSeconds(b));
  const granted = new Set(
    view.requests.flatMap(({ decision }) => (decision.outcome === 'approved' ? decision.rules : [])),
  );
  const owed = loaded.control.policy.rules.flatMap(({ name: rule, effect }) =>
    effect.kind === 'break_glass' && granted.has(rule) ? [{ rule, reviewers: effect.reviewers }] : [],
  );
  return { view, owed, ...(askAgainAfter === undefined ? {} : { askAgainAfter }) };
}

async function examineRequest(
  deps: Deps,
  scene: Scene,
  { change, loaded }: { readonly change: TreeChange; readonly loaded: LoadedControl },
): Promise<
  | RequestView
  | { readonly issues: readonly Issue[] }
  | { readonly refusal: NonNullable<DecisionView['refusal']> }
> {
  const { facts, base, live } = scene;
  const { pullRequest } = facts;
  const { path } = change;
  const pathIssues = requestPathIssues(path, pullRequest.openedAt);
  const id = requestIdOfPath(path);
  if (id === undefined) return { issues: pathIssues };
  const read = await readDocument(deps.repository, change.after ?? undefined, {
    path,
    limit: LARGEST_REQUEST,
  });
  const parsed = 'bytes' in read ? parseRequest(read.bytes, id) : read;
  const used = (await deps.ledger.entry(id)) !== undefined || (await deps.repository.everExisted(path, base));
  const usedIssues = used ? [issue('request_id_used', { file: path, ...FILE_START }, {})] : [];
  const issues = [...pathIssues, ...usedIssues, ...('issues' in parsed ? parsed.issues : [])];
  if (issues.some((one) => one.severity === 'error') || !('value' in parsed)) return { issues };
  if ('issues' in loaded) return { issues: [] };
  const request = parsed.value;
  const now = deps.clock.now();
  const { control } = loaded;
  const changed = await changedMeaning(deps, { request, control, base, head: pullRequest.head });
  if (changed.length > 0) {
    const unblock =
      'Press "Update branch", or merge the default branch into yours; then ask for reviews again.';
    return { refusal: { message: changedSentence(changed), unblock } };
  }
  const gathered = await gatherEvidence(deps, { facts, base, request, control, now, live });
  // The check of this head is published right after this. Whatever was reviewed before now did not wait for it.
  const evidence = { ...gathered, epoch: gathered.epoch ?? now };
  const prolonged = evidence.live.find((grant) => grant.id === request.extends)?.until;
  const { subject } = evidence;
  const lastHeld = await lookBack(deps, { subject, entitlements: request.entitlements, live });
  const decision = evaluate(control, request, evidence);
  return {
    request,
    requester: pullRequest.author?.login ?? null,
    decision,
    inFile: 'bytes' in read ? findingIssues(read.bytes, { ...control, request }, mendable(decision)) : [],
    lastHeld,
    entitlements: request.entitlements.flatMap((one) => control.catalog.entitlements.get(one) ?? []),
    window: windowOf({ request, mergedAt: now, ...(prolonged === undefined ? {} : { prolongs: prolonged }) }),
  };
}

/** What another file would mend. What people can still give is not wrong with the file. */
function mendable({ findings }: Decision): readonly Finding[] {
  return findings.filter(({ status, otherwise }) => status !== 'satisfied' && otherwise !== 'pending');
}
