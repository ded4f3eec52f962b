import { actorOf, reads, writes } from '../auth/access.js';
import { type Answer, type Call, created, noContent, ok, optional, wanted } from '../http/call.js';
import { listed } from '../http/pages.js';
import type { RouteRow } from '../http/router.js';
import type { Hub } from '../hub.js';
import { tell } from '../pulls/changed.js';
import { invalid, notFound, Refusal } from '../refusal.js';
import { type Account, type Issue, isPullRequest, type Label } from '../state.js';
import { record } from './events.js';
import { issueAsked } from './find.js';
import { labelNamed, labelShape } from './label-shape.js';

const READ = reads('issues');
const WRITE = writes('issues', 'write');
const LABELS = '/repos/{owner}/{repo}/labels';
const LABEL = `${LABELS}/{name}` as const;
const OF_ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}/labels';

export const labelRoutes: readonly RouteRow[] = [
  [
    'GET',
    LABELS,
    READ,
    (call) => listed(call, call.hub.state.labels, ({ name }) => labelShape(call.hub, name)),
  ],
  ['POST', LABELS, WRITE, createLabel],
  ['GET', LABEL, READ, (call) => ok(labelShape(call.hub, labelAsked(call).name))],
  [
    'GET',
    OF_ISSUE,
    READ,
    (call) => listed(call, issueAsked(call).labels, (name) => labelShape(call.hub, name)),
  ],
  ['POST', OF_ISSUE, WRITE, (call) => change(call, (now, given) => [...now, ...given])],
  ['PUT', OF_ISSUE, WRITE, (call) => change(call, (_now, given) => given)],
  ['DELETE', OF_ISSUE, WRITE, clear],
  ['DELETE', `${OF_ISSUE}/{name}`, WRITE, removeOne],
];

const known = (hub: Hub, name: string): Label | undefined =>
  hub.state.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());

function labelAsked(call: Call): Label {
  const label = known(call.hub, call.params.name ?? '');
  if (label === undefined) throw notFound();
  return label;
}

function createLabel(call: Call): Answer {
  const name = wanted(call, 'name', 'string');
  if (known(call.hub, name) !== undefined) {
    throw invalid({ resource: 'Label', code: 'already_exists', field: 'name' });
  }
  const label = labelNamed(call.hub, name);
  label.color = optional(call, 'color', 'string') ?? label.color;
  label.description = optional(call, 'description', 'string') ?? null;
  return created(labelShape(call.hub, name));
}

/** `{labels: [...]}` or a bare list, of names or of objects with a name. */
function given(call: Call): string[] {
  const labels = call.body.labels ?? [];
  if (!Array.isArray(labels)) throw invalid({ field: 'labels', code: 'invalid' });
  return labels.map((label: unknown) => {
    const name = typeof label === 'object' && label !== null && 'name' in label ? label.name : label;
    if (typeof name !== 'string' || name === '') throw invalid({ field: 'labels', code: 'invalid' });
    return labelNamed(call.hub, name).name;
  });
}

async function change(
  call: Call,
  next: (now: readonly string[], given: readonly string[]) => readonly string[],
): Promise<Answer> {
  const issue = issueAsked(call);
  await setLabels(call.hub, issue, actorOf(call), [...new Set(next(issue.labels, given(call)))]);
  return ok(issue.labels.map((name) => labelShape(call.hub, name)));
}

async function clear(call: Call): Promise<Answer> {
  await setLabels(call.hub, issueAsked(call), actorOf(call), []);
  return noContent();
}

async function removeOne(call: Call): Promise<Answer> {
  const issue = issueAsked(call);
  const label = known(call.hub, call.params.name ?? '');
  if (label === undefined || !issue.labels.includes(label.name)) {
    throw new Refusal(404, 'Label does not exist');
  }
  await setLabels(
    call.hub,
    issue,
    actorOf(call),
    issue.labels.filter((name) => name !== label.name),
  );
  return ok(issue.labels.map((name) => labelShape(call.hub, name)));
}

export async function setLabels(
  hub: Hub,
  issue: Issue,
  actor: Account,
  next: readonly string[],
): Promise<void> {
  const before = issue.labels;
  issue.labels = [...next];
  await say(hub, issue, actor, { event: 'labeled', names: next.filter((name) => !before.includes(name)) });
  await say(hub, issue, actor, { event: 'unlabeled', names: before.filter((name) => !next.includes(name)) });
}

/** One event and, on a pull request, one webhook for each label. */
async function say(
  hub: Hub,
  issue: Issue,
  actor: Account,
  { event, names }: { readonly event: string; readonly names: readonly string[] },
): Promise<void> {
  for (const name of names) {
    record(hub, issue, event, actor, { detail: { label: name } });
    if (isPullRequest(issue)) await tell(hub, issue, event, actor, { label: labelShape(hub, name) });
  }
}
