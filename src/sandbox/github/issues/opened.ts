import { type Hub, newId, stampNow } from '../hub.js';
import type { Account, Issue } from '../state.js';

/** The next number and what every issue starts with. */
export function newIssue(hub: Hub, actor: Account, text: { title: string; body: string | null }): Issue {
  hub.state.lastNumber += 1;
  const now = stampNow(hub);
  return {
    id: newId(hub),
    number: hub.state.lastNumber,
    title: text.title,
    body: text.body,
    openedBy: actor.id,
    state: 'open',
    labels: [],
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
  };
}
