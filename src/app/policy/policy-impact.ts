import type { Oid } from '../../core/approval.js';
import type { Entry } from '../../core/grant.js';
import { isLiveEntry } from '../../core/lifecycle/grant.js';
import type { Control } from '../../core/policy/evidence.js';
import { type Impact, type ImpactCase, impactOf } from '../../core/policy/impact.js';
import { needs } from '../../core/policy/needs.js';
import { classOf, MAX_REQUESTS_PER_PULL_REQUEST, type PullRequest } from '../../core/pull-request.js';
import { type AccessRequest, requestIdOfPath } from '../../core/request.js';
import { parseRequest } from '../../documents/request.js';
import { isFault } from '../../ports/fault.js';
import { LARGEST_REQUEST, readDocument } from '../control/read-document.js';
import type { Ports } from '../ports.js';
import { gatherEvidence } from '../reviewing/gather-evidence.js';

type Deps = Pick<Ports, 'host' | 'directory' | 'repository' | 'ledger' | 'kinds' | 'clock' | 'log'>;

/** The most open pull requests that are looked at; each costs some calls. */
const MOST_OPEN = 25;

/** What a changed control document would do to open requests and to what the ledger holds of the last months. */
export async function policyImpact(
  deps: Deps,
  change: {
    readonly before: Control;
    readonly after: Control;
    readonly base: Oid;
    readonly entries: readonly Entry[];
  },
): Promise<{ readonly impacts: readonly Impact[]; readonly looked: number }> {
  const cases = [...(await openCases(deps, change)), ...recordedCases(change.entries)];
  const complete = await Promise.all(cases.map((one) => withTeamsOf(deps, one, change.after)));
  return { impacts: impactOf(complete, change.before, change.after), looked: complete.length };
}

/** Decisions as they were recorded, to be made again. What cannot be read any more is nobody's gain or loss. */
export function recordedCases(entries: readonly Entry[]): ImpactCase[] {
  return entries.flatMap((entry) => {
    const parsed = parseRequest(new TextEncoder().encode(entry.request.content), entry.id);
    if ('issues' in parsed) return [];
    const standing = isLiveEntry(entry) ? ('live' as const) : ('ended' as const);
    return [{ name: entry.id, standing, request: parsed.value, evidence: entry.decision.evidence }];
  });
}

async function openCases(
  deps: Deps,
  {
    before,
    base,
    entries,
  }: { readonly before: Control; readonly base: Oid; readonly entries: readonly Entry[] },
): Promise<ImpactCase[]> {
  const cases: ImpactCase[] = [];
  const open = await deps.host.openPullRequests();
  for (const pullRequest of open.slice(0, MOST_OPEN)) {
    try {
      const requests = await requestsIn(deps, pullRequest, base);
      const facts = requests.length === 0 ? undefined : await deps.host.facts(pullRequest.number);
      if (facts === undefined) continue;
      for (const request of requests) {
        const question = {
          facts,
          base,
          request,
          control: before,
          now: deps.clock.now(),
          live: entries.filter(isLiveEntry),
        };
        const evidence = await gatherEvidence(deps, question);
        cases.push({ name: `#${pullRequest.number} ${request.id}`, standing: 'open', request, evidence });
      }
    } catch (error) {
      deps.log.warn('impact not known', {
        pullRequest: pullRequest.number,
        code: isFault(error) ? error.code : 'unexpected',
      });
    }
  }
  return cases;
}

/** The valid requests of an open pull request; none where it is something else. */
async function requestsIn(
  deps: Deps,
  pullRequest: PullRequest,
  base: Oid,
): Promise<readonly AccessRequest[]> {
  await deps.repository.fetch([pullRequest.number]);
  const fork = await deps.repository.mergeBase(base, pullRequest.head);
  const changes = fork === undefined ? [] : await deps.repository.changes(fork, pullRequest.head);
  if (classOf(changes) !== 'request' || changes.length > MAX_REQUESTS_PER_PULL_REQUEST) return [];
  const requests: AccessRequest[] = [];
  for (const { path, after } of changes) {
    const id = requestIdOfPath(path);
    const read = await readDocument(deps.repository, after ?? undefined, { path, limit: LARGEST_REQUEST });
    const parsed = id !== undefined && 'bytes' in read ? parseRequest(read.bytes, id) : undefined;
    if (parsed !== undefined && 'value' in parsed) requests.push(parsed.value);
  }
  return requests;
}

/** Adds the members, as they are now, of teams that only the new rules name. */
async function withTeamsOf(deps: Deps, one: ImpactCase, control: Control): Promise<ImpactCase> {
  const known = new Set(one.evidence.teams.map(({ team }) => team));
  const unknown = needs(control, one.request).teams.filter((team) => !known.has(team));
  const teams = await Promise.all(unknown.map((team) => deps.directory.team(team)));
  return { ...one, evidence: { ...one.evidence, teams: [...one.evidence.teams, ...teams] } };
}
