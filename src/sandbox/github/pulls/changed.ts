import { type Hub, stampNow } from '../hub.js';
import { type EventFacts, record } from '../issues/events.js';
import type { Account, PullRequest, Sha } from '../state.js';
import { emit } from '../webhooks/emit.js';
import { webhookPull } from './shape.js';

type Extra = Readonly<Record<string, unknown>>;

/** A `pull_request` webhook. */
export function tell(
  hub: Hub,
  pull: PullRequest,
  action: string,
  actor: Account,
  extra: Extra = {},
): Promise<void> {
  return emit(hub, 'pull_request', actor, async () => ({
    action,
    number: pull.number,
    pull_request: await webhookPull(hub, pull),
    ...extra,
  }));
}

export async function closePull(
  hub: Hub,
  pull: PullRequest,
  actor: Account,
  facts: EventFacts = {},
): Promise<void> {
  pull.state = 'closed';
  pull.closedAt = stampNow(hub);
  pull.closedBy = actor.id;
  record(hub, pull, 'closed', actor, facts);
  await tell(hub, pull, 'closed', actor);
}

/** Marks merged, by GitHub's button or because the base branch came to contain the head. `baseSha` is the base before. */
export async function mergedPull(
  hub: Hub,
  pull: PullRequest,
  actor: Account,
  landed: { readonly commit: Sha; readonly baseSha: Sha },
): Promise<void> {
  pull.merged = { at: stampNow(hub), by: actor.id, commit: landed.commit };
  pull.baseSha = landed.baseSha;
  record(hub, pull, 'merged', actor, { commitId: landed.commit });
  await closePull(hub, pull, actor);
}

export async function changeBase(
  hub: Hub,
  pull: PullRequest,
  actor: Account,
  to: { readonly ref: string; readonly sha: Sha; readonly automatic: boolean },
): Promise<void> {
  const from = { ref: pull.baseRef, sha: pull.baseSha };
  pull.baseRef = to.ref;
  pull.baseSha = to.sha;
  // Only the issue events tell of a base change, not the timeline (GitHub docs: issue-event-types).
  record(hub, pull, to.automatic ? 'automatic_base_change_succeeded' : 'base_ref_changed', actor, {
    surface: 'events',
  });
  await tell(hub, pull, 'edited', actor, {
    changes: { base: { ref: { from: from.ref }, sha: { from: from.sha } } },
  });
}
