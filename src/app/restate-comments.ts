import type { Entry } from '../core/grant.js';
import type { RequestId } from '../core/request.js';
import { parseRequest } from '../documents/request.js';
import { isFault } from '../ports/fault.js';
import { commentOf } from '../views/comment.js';
import type { RequestView } from '../views/decision-view.js';
import type { Recorded } from './journal.js';
import { loadControl } from './load-control.js';
import type { Ports } from './ports.js';

type Deps = Pick<Ports, 'host' | 'repository' | 'kinds' | 'log'>;

/**
 * Once a pull request has landed and its access is there, its sticky comment says so instead of asking to be merged. All requests of
 * one pull request land together, so all of them are among what was recorded.
 */
export async function restateComments(deps: Deps, recorded: readonly Recorded[]): Promise<void> {
  const landed = new Set(
    recorded.filter(({ event }) => event.event === 'landed').map(({ entry }) => entry.id),
  );
  const latest = new Map<RequestId, Entry>();
  for (const { entry } of recorded) latest.set(entry.id, entry);
  const byPullRequest = new Map<number, Entry[]>();
  for (const entry of latest.values()) {
    const number = entry.landing.pullRequest;
    byPullRequest.set(number, [...(byPullRequest.get(number) ?? []), entry]);
  }
  for (const [number, entries] of byPullRequest) {
    const active = entries.filter((entry) => entry.holdings.some((held) => held.state === 'active'));
    const until = active
      .flatMap((entry) => entry.window?.expiresAt ?? [])
      .toSorted()
      .at(-1);
    if (until === undefined || !active.some((entry) => landed.has(entry.id))) continue;
    try {
      const requests = (await Promise.all(entries.map((entry) => viewOf(deps, entry)))).flat();
      const body = commentOf({
        pullRequest: 'request',
        requests,
        removals: [],
        issues: [],
        broken: [],
        asked: [],
        next: { kind: 'granted', until },
      });
      await deps.host.publishComment(number, body);
    } catch (error) {
      deps.log.warn('comment not restated', { number, code: isFault(error) ? error.code : 'unexpected' });
    }
  }
}

async function viewOf(deps: Deps, entry: Entry): Promise<RequestView[]> {
  const parsed = parseRequest(new TextEncoder().encode(entry.request.content), entry.id);
  const loaded = await loadControl(deps, entry.landing.parent);
  if ('issues' in parsed || 'issues' in loaded) return [];
  const { entitlements } = loaded.control.catalog;
  return [
    {
      request: parsed.value,
      requester: entry.requester?.login ?? null,
      decision: entry.decision,
      entitlements: parsed.value.entitlements.flatMap((id) => entitlements.get(id) ?? []),
      ...(entry.window === undefined ? {} : { window: entry.window }),
    },
  ];
}
