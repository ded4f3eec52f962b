import type { Entry, HoldingState, Window } from '../../core/grant.js';
import { isLiveEntry } from '../../core/lifecycle/grant.js';
import { type RequestId, requestIdOfPath } from '../../core/request.js';
import { parseRequest } from '../../documents/request.js';
import { isFault } from '../../ports/fault.js';
import { commentOf } from '../../views/comment.js';
import type { NextStep, RequestView } from '../../views/decision-view.js';
import { loadControl } from '../control/load-control.js';
import type { Ports } from '../ports.js';
import type { Recorded } from '../reconciling/journal.js';

type Deps = Pick<Ports, 'host' | 'repository' | 'kinds' | 'ledger' | 'log'>;

const LANDINGS: ReadonlySet<string> = new Set(['landed', 'refused']);
const ENDS: ReadonlySet<string> = new Set(['ended', 'voided']);

/**
 * Calls that create content are what GitHub gives least of, and each end is told in a comment of its own anyway. So where many end
 * together their sticky comments stay as they were.
 */
const MOST_ENDS = 3;

/**
 * Once a pull request has landed, its sticky comment says what became of it instead of asking to be merged, and once all of it is over,
 * that it is.
 * @returns what publishes them, so that it can be done together with what else is said
 */
export async function restateComments(
  deps: Deps,
  recorded: readonly Recorded[],
): Promise<() => Promise<void>> {
  const latest = new Map<RequestId, Entry>();
  for (const { entry } of recorded) latest.set(entry.id, entry);
  const of = (events: ReadonlySet<string>): ReadonlySet<number> =>
    new Set(
      recorded.filter(({ event }) => events.has(event.event)).map(({ entry }) => entry.landing.pullRequest),
    );
  const landed = of(LANDINGS);
  const over = [...of(ENDS)].filter((number) => !landed.has(number));
  const restated = [...landed, ...(over.length > MOST_ENDS ? [] : over)];
  const comments: { readonly number: number; readonly body: string }[] = [];
  for (const number of restated) {
    await isolated(deps, number, async () => {
      const known = [...latest.values()].filter(({ landing }) => landing.pullRequest === number);
      // All requests of one pull request land together, but each ends by itself.
      const entries = landed.has(number) ? known : await allLandedWith(deps, known);
      if (!landed.has(number) && entries.some(isLiveEntry)) return;
      comments.push({ number, body: await bodyOf(deps, entries) });
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

async function bodyOf(deps: Deps, entries: readonly Entry[]): Promise<string> {
  const requests = (await Promise.all(entries.map((entry) => viewOf(deps, entry)))).flat();
  return commentOf({
    pullRequest: 'request',
    requests,
    removals: [],
    issues: [],
    broken: [],
    asked: [],
    next: nextOf(entries),
  });
}

/** What the same landing brought, as it stands; a pull request that was rebased is told by each of its commits. */
async function allLandedWith(
  { repository, ledger }: Deps,
  known: readonly Entry[],
): Promise<readonly Entry[]> {
  const [first] = known;
  if (first === undefined) return [];
  const changes = await repository.changes(first.landing.parent, first.landing.commit);
  const ids = changes.map(({ path }) => requestIdOfPath(path)).filter((id) => id !== undefined);
  const found = await Promise.all(
    ids.map(async (id) => known.find((entry) => entry.id === id) ?? (await ledger.entry(id))),
  );
  return found.filter((entry) => entry !== undefined);
}

function nextOf(entries: readonly Entry[]): NextStep {
  const until = windowsOf(entries, 'active')
    .map(({ expiresAt }) => expiresAt)
    .toSorted()
    .at(-1);
  if (until !== undefined) return { kind: 'granted', until };
  if (windowsOf(entries, 'intended').length > 0) return { kind: 'granting' };
  const [first] = windowsOf(entries, 'scheduled').toSorted((a, b) => (a.startsAt < b.startsAt ? -1 : 1));
  if (first !== undefined) return { kind: 'scheduled', from: first.startsAt, until: first.expiresAt };
  return lastEndOf(entries) ?? { kind: 'not_granted' };
}

function lastEndOf(entries: readonly Entry[]): NextStep | undefined {
  const ends = entries.flatMap(({ events }) =>
    events.flatMap(({ event, reason, at }) =>
      event === 'ended' && reason !== undefined && reason !== 'missed'
        ? [{ kind: 'ended' as const, at, reason }]
        : [],
    ),
  );
  return ends.toSorted((a, b) => (a.at < b.at ? -1 : 1)).at(-1);
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
