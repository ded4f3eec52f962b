import type { Oid } from '../approval.js';
import type { Entry, Violation } from '../grant.js';
import { pathOfRequest, type RequestId, requestIdOfPath } from '../request.js';
import type { Branch, RequestLanding } from './branch.js';
import type { Turn } from './entry-landing.js';
import { type AuditFinding, failures, finding, type Place } from './finding.js';

/** What the ledger has said about which landing. Holds ids only. */
export interface Coverage {
  entry(entry: Entry): void;
  violation(violation: Violation): void;
  endRequested(id: RequestId): void;
  /** Every change among the requests that the cursor passes has been answered for (I-17). */
  check(landings: readonly RequestLanding[], isLive: (id: RequestId) => boolean, commit: Oid): AuditFinding[];
}

export function newCoverage(): Coverage {
  const answered = new Set<string>();
  const ending = new Set<RequestId>();
  const key = (commit: Oid, path: string) => `${commit} ${path}`;

  function isAnswered(landing: RequestLanding, isLive: (id: RequestId) => boolean): boolean {
    const { commit, path, kind } = landing;
    if (answered.has(key(commit, path)) || answered.has(key(commit, ''))) return true;
    if (kind !== 'removed') return false;
    const id = requestIdOfPath(path);
    return id === undefined || !isLive(id) || ending.has(id);
  }

  return {
    entry: (entry) => void answered.add(key(entry.landing.commit, pathOfRequest(entry.id))),
    violation({ commit, problems }) {
      for (const { path } of problems) answered.add(key(commit, path ?? ''));
    },
    endRequested: (id) => void ending.add(id),
    check: (landings, isLive, commit) =>
      landings
        .filter((landing) => !isAnswered(landing, isLive))
        .map((landing) =>
          landing.kind === 'removed'
            ? finding(
                'removal_unrecorded',
                { commit, path: landing.path },
                `${landing.commit} removed it, and its grant goes on.`,
              )
            : finding(
                'landing_unrecorded',
                { commit, path: landing.path },
                `${landing.commit} brought it, and nothing is said of it.`,
              ),
        ),
  };
}

/** The cursor only moves forward along the default branch. @param text of the file; `undefined` when it cannot be read. */
export function moveCursor(
  to: Oid | undefined,
  before: number | undefined,
  { branch, place }: { readonly branch: Branch; readonly place: Place },
): { readonly turn: Turn; readonly findings: readonly AuditFinding[] } {
  const still = before ?? -1;
  const position = to === undefined ? undefined : branch.position(to);
  if (position === undefined) {
    const code = to === undefined ? 'cursor_unreadable' : 'cursor_not_on_branch';
    const message =
      to === undefined ? 'It holds no commit id.' : `${to} is no first-parent commit of the default branch.`;
    return { turn: { from: still, to: still }, findings: [finding(code, place, message)] };
  }
  // What was there before the first pass was asked for by nobody through the app.
  const from = before ?? position;
  const findings = failures(place, [[position >= from, 'cursor_backwards', 'It was moved backwards.']]);
  return { turn: { from, to: Math.max(from, position) }, findings };
}
