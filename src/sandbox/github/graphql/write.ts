import { nodeId, numberOfNode } from '../accounts/shape.js';
import { actorOf, allow, writes } from '../auth/access.js';
import { changeRun } from '../checks/routes.js';
import type { Call } from '../http/call.js';
import { accountOf } from '../hub.js';
import { addComment, editComment } from '../issues/comments.js';
import { setLabels } from '../issues/labels.js';
import { allPulls } from '../pulls/find.js';
import { requestReviews } from '../reviews/requests.js';
import type { Comment, PullRequest } from '../state.js';
import { unresolved } from './errors.js';
import { actor, checkRun } from './read.js';

type Input<Fields> = { readonly input: Fields };

/** What is written goes the way of the same thing in REST, with the same webhooks. */
export const mutations = {
  async addComment({ input }: Input<{ readonly subjectId: string; readonly body: string }>, call: Call) {
    allow(writes('issues', 'read'), call.who);
    const comment = await addComment(call.hub, pullOf(call, input.subjectId), actorOf(call), input.body);
    return { commentEdge: { node: shape(call, comment) } };
  },
  async updateIssueComment({ input }: Input<{ readonly id: string; readonly body: string }>, call: Call) {
    allow(writes('issues', 'read'), call.who);
    const id = numberOfNode('IssueComment', input.id);
    const comment = call.hub.state.comments.find((each) => each.id === id);
    if (comment === undefined) throw noNode(input.id);
    await editComment(call.hub, comment, actorOf(call), input.body);
    return { issueComment: shape(call, comment) };
  },
  async updateCheckRun({ input }: Input<CheckInput>, call: Call) {
    allow(writes('checks', 'nobody'), call.who);
    const id = numberOfNode('CheckRun', input.checkRunId);
    const run = call.hub.state.checkRuns.find((each) => each.id === id);
    if (run === undefined) throw noNode(input.checkRunId);
    const body = {
      status: input.status?.toLowerCase(),
      conclusion: input.conclusion?.toLowerCase(),
      external_id: input.externalId,
      output: input.output === undefined ? undefined : { ...input.output },
    };
    await changeRun({ ...call, body }, run);
    return { checkRun: checkRun(run) };
  },
  async addLabelsToLabelable({ input }: Input<LabelInput>, call: Call) {
    allow(writes('issues', 'write'), call.who);
    const pull = pullOf(call, input.labelableId);
    await setLabels(call.hub, pull, actorOf(call), [...new Set([...pull.labels, ...labelsOf(call, input)])]);
    return {};
  },
  async removeLabelsFromLabelable({ input }: Input<LabelInput>, call: Call) {
    allow(writes('issues', 'write'), call.who);
    const pull = pullOf(call, input.labelableId);
    const gone = labelsOf(call, input);
    await setLabels(
      call.hub,
      pull,
      actorOf(call),
      pull.labels.filter((name) => !gone.includes(name)),
    );
    return {};
  },
  async requestReviews(
    { input }: Input<{ readonly pullRequestId: string; readonly userIds?: readonly string[] }>,
    call: Call,
  ) {
    allow(writes('pull_requests', 'read'), call.who);
    const logins = (input.userIds ?? []).map((node) => {
      const id = numberOfNode('User', node);
      const account = id === undefined ? undefined : accountOf(call.hub, id);
      if (account === undefined) throw noNode(node);
      return account.login;
    });
    await requestReviews(call.hub, pullOf(call, input.pullRequestId), actorOf(call), { logins, teams: [] });
    return {};
  },
};

interface CheckInput {
  readonly checkRunId: string;
  readonly status?: string;
  readonly conclusion?: string;
  readonly externalId?: string;
  readonly output?: { readonly title: string; readonly summary: string };
}

interface LabelInput {
  readonly labelableId: string;
  readonly labelIds: readonly string[];
}

const noNode = (id: string) => unresolved(`Could not resolve to a node with the global id of '${id}'`);

function pullOf({ hub }: Call, node: string): PullRequest {
  const id = numberOfNode('PullRequest', node);
  const pull = allPulls(hub).find((each) => each.id === id);
  if (pull === undefined) throw noNode(node);
  return pull;
}

function labelsOf({ hub }: Call, { labelIds }: LabelInput): readonly string[] {
  return labelIds.map((node) => {
    const id = numberOfNode('Label', node);
    const label = hub.state.labels.find((each) => each.id === id);
    if (label === undefined) throw noNode(node);
    return label.name;
  });
}

const shape = ({ hub }: Call, comment: Comment) => ({
  id: nodeId('IssueComment', comment.id),
  author: actor(hub, comment.userId),
  body: comment.body,
});
