import type { Entry, HoldingState, Window } from '../../core/grant.js';
import type { RequestId } from '../../core/request.js';
import { parseRequest } from '../../documents/request.js';
import { isFault } from '../../ports/fault.js';
import { commentOf } from '../../views/comment.js';
import type { NextStep, RequestView } from '../../views/decision-view.js';
import { loadControl } from '../control/load-control.js';
import type { Ports } from '../ports.js';
import type { Recorded } from '../reconciling/journal.js';

const LANDINGS: ReadonlySet<string> = new Set(['landed', 'refused']);

type Deps = Pick<Ports, 'host' | 'repository' | 'kinds' | 'log'>;

/**
 * Once a pull request has landed, its sticky comment says what became of it instead of asking to be merged. All requests of one pull
 * request land together, so all of them are among what was recorded.
 * @returns what publishes them, so that it can be done together with what else is said
 */
export async function restateComments(
  deps: Deps,
  recorded: readonly Recorded[],
): Promise<() => Promise<void>> {
  const landed = new Set(
    recorded.filter(({ event }) => LANDINGS.has(event.event)).map(({ entry }) => entry.id),
  );
  const latest = new Map<RequestId, Entry>();
  for (const { entry } of recorded) latest.set(entry.id, entry);
  const byPullRequest = new Map<number, Entry[]>();
  for (const entry of latest.values()) {
    const number = entry.landing.pullRequest;
    byPullRequest.set(number, [...(byPullRequest.get(number) ?? []), entry]);
  }
  const comments: { readonly number: number; readonly body: string }[] = [];
  for (const [number, entries] of byPullRequest) {
    if (!entries.some((entry) => landed.has(entry.id))) continue;
    await isolated(deps, number, async () => {
      const requests = (await Promise.all(entries.map((entry) => viewOf(deps, entry)))).flat();
      const body = commentOf({
        pullRequest: 'request',
        requests,
        removals: [],
        issues: [],
        broken: [],
        asked: [],
        next: nextOf(entries),
      });
      comments.push({ number, body });
    });
  }
  return async () => {
    await Promise.all(
      comments.map(({ number, body }) =>
        isolated(deps, number, () => deps.host.publishComment(number, body)),
      ),
    );
  };
}

async function isolated(
  { log }: Pick<Deps, 'log'>,
  number: number,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.warn('comment not restated', { number, code: isFault(error) ? error.code : 'unexpected' });
  }
}

function nextOf(entries: readonly Entry[]): NextStep {
  const until = windowsOf(entries, 'active')
    .map(({ expiresAt }) => expiresAt)
    .toSorted()
    .at(-1);
  if (until !== undefined) return { kind: 'granted', until };
  if (windowsOf(entries, 'intended').length > 0) return { kind: 'granting' };
  const [first] = windowsOf(entries, 'scheduled').toSorted((a, b) => (a.startsAt < b.startsAt ? -1 : 1));
  return first === undefined
    ? { kind: 'not_granted' }
    : { kind: 'scheduled', from: first.startsAt, until: first.expiresAt };
}

function windowsOf(entries: readonly Entry[], state: HoldingState): readonly Window[] {
  const such = entries.filter((entry) => entry.holdings.some((held) => held.state === state));
  return such.flatMap((entry) => entry.window ?? []);
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
