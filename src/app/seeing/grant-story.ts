import type { Entry } from '../../core/grant.js';
import { catchUp } from '../../core/lifecycle/grant.js';
import { parseRequestId, type RequestId } from '../../core/request.js';
import { parseRequest } from '../../documents/request.js';
import type { LedgerPast } from '../../ports/ledger-past.js';
import type { GrantModel } from '../../views/web/grant-page.js';
import { hindrancesOf, type SeeingDeps } from './standing-now.js';

type Deps = SeeingDeps & { readonly past: LedgerPast };

/** Everything one entry tells, what waits to be recorded included. `undefined`: there is none. */
export async function grantStory(deps: Deps, text: string): Promise<GrantModel | undefined> {
  const id = parseRequestId(text);
  if (id === undefined) return undefined;
  const read = await deps.past.entry(id);
  if (read === undefined || 'problem' in read)
    return read === undefined ? undefined : { id, problem: read.problem };
  const spooled = await deps.spool.pending();
  const entry = catchUp(
    read.entry,
    spooled.flatMap((one) => (one.id === id ? [one.event] : [])),
  );
  const parsed = parseRequest(new TextEncoder().encode(entry.request.content), id);
  return {
    id,
    entry,
    request: 'value' in parsed ? parsed.value : null,
    hindrances: hindrancesOf(
      deps,
      entry,
      entry.holdings.map(({ entitlement }) => entitlement),
    ),
    extendedBy: await extensionsOf(deps, entry),
  };
}

/** An extension lands while what it prolongs still lives. */
async function extensionsOf(
  { history }: Deps,
  { id, landing, window }: Entry,
): Promise<readonly RequestId[]> {
  if (window === undefined) return [];
  const { rows } = await history.ask({
    wants: (row) => row.extends === id,
    from: landing.mergedAt,
    before: window.expiresAt,
    most: MOST_EXTENSIONS,
  });
  return rows.map((row) => row.id);
}

const MOST_EXTENSIONS = 20;
