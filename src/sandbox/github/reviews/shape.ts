import { association, nodeId, userOrNull } from '../accounts/shape.js';
import type { Hub } from '../hub.js';
import { repositoryShape } from '../repository/shape.js';
import type { Loose, Schema } from '../schemas.js';
import type { PullRequest, Review } from '../state.js';

export function reviewShape(hub: Hub, pull: PullRequest, review: Review): Schema<'pull-request-review'> {
  const repository = repositoryShape(hub);
  const html = `${repository.html_url}/pull/${pull.number}#pullrequestreview-${review.id}`;
  const url = `${repository.url}/pulls/${pull.number}`;
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: userOrNull(hub, review.userId),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: url,
    author_association: association(hub, review.userId),
    _links: { html: { href: html }, pull_request: { href: url } },
    ...(review.submittedAt === null ? {} : { submitted_at: review.submittedAt }),
    commit_id: review.commitId,
  };
}

/** Webhooks say the state in lower case, REST in upper case. */
export function webhookReview(
  hub: Hub,
  pull: PullRequest,
  review: Review,
): Omit<Loose<Schema<'webhooks_review'>>, 'commit_id'> & { commit_id: string | null } {
  const { submitted_at, user, ...shape } = reviewShape(hub, pull, review);
  return {
    ...shape,
    id: review.id,
    user:
      user === null
        ? null
        : { login: user.login, id: user.id, node_id: user.node_id, type: webhookType(user.type) },
    state: review.state.toLowerCase(),
    submitted_at: submitted_at ?? null,
    updated_at: submitted_at ?? null,
  };
}

const webhookType = (type: string): 'Bot' | 'User' | 'Organization' =>
  type === 'Bot' || type === 'Organization' ? type : 'User';
