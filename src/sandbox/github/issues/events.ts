import { type Hub, newId, stampNow } from '../hub.js';
import type { Account, EventDetail, Issue, Sha, Surface } from '../state.js';

export interface EventFacts {
  readonly commitId?: Sha;
  readonly surface?: Surface;
  readonly detail?: EventDetail;
}

/** Something that happened to an issue or pull request, as both event APIs tell it. */
export function record(hub: Hub, issue: Issue, event: string, actor: Account, facts: EventFacts = {}): void {
  issue.updatedAt = stampNow(hub);
  hub.state.events.push({
    id: newId(hub),
    issue: issue.number,
    event,
    actorId: actor.id,
    commitId: facts.commitId ?? null,
    createdAt: issue.updatedAt,
    surface: facts.surface ?? 'both',
    detail: facts.detail ?? {},
  });
}
