import type { StreamEvent } from '../../core/stream/event.js';

/** An event as plain JSON, version 1: keys are only ever added. */
export function plainEvent(event: StreamEvent, repository: string | null): object {
  const { id, type, at, commit, path, grant, subject, requester, by, entitlements, target } = event;
  return {
    version: 1,
    id,
    type,
    at,
    repository,
    commit,
    path,
    grant,
    pull_request: event.pullRequest,
    subject,
    requester,
    by,
    entitlements,
    target,
    held_by: event.heldBy,
    until: event.until,
    break_glass: event.breakGlass,
    reason: event.reason,
    code: event.code,
  };
}
