import { type Account, foldLogin, type Group, sameLogin } from '../../core/identity.js';
import type { GroupProgress } from '../../core/policy/decision.js';
import { type Ask, openGroups, routeReviews } from '../../core/policy/routing.js';
import type { PullRequest } from '../../core/pull-request.js';
import { addSeconds, type Duration, durationSeconds } from '../../core/time.js';
import type { DecisionView } from '../../views/decision-view.js';
import type { Ports } from '../ports.js';
import type { Examined } from './examine-pull-request.js';

type Deps = Pick<Ports, 'host' | 'directory' | 'clock'>;

export interface Asking {
  /** Who is to be asked now. */
  readonly now: readonly string[];
  /** Everybody who is or was asked, and why. */
  readonly shown: DecisionView['asked'];
}

/**
 * Whom to ask for a review: exactly those who can fill what is open, and for break-glass one person who owes the review afterwards.
 */
export async function askReviewers(
  deps: Deps,
  pullRequest: PullRequest,
  examined: Examined,
): Promise<Asking> {
  const decisions = [
    ...examined.view.requests.map(({ decision }) => openGroups(decision)),
    ...(await owedGroups(deps, examined)).map((group) => [group]),
  ];
  const groups = decisions.flat();
  if (groups.length === 0) return { now: [], shown: [] };
  const load = await deps.host.reviewLoad();
  const asked = new Set(pullRequest.requestedReviewers.map(({ login }) => foldLogin(login)));
  const again = isSilent(deps, pullRequest, examined.askAgainAfter);
  const asks = routeReviews(decisions, { asked, load, turn: String(pullRequest.number), again });
  return {
    now: asks.map(({ login }) => login),
    shown: [...earlierAsks(groups, asked), ...asks].map(whyAsked),
  };
}

/** The review that a break-glass grant owes, as a group of one. */
async function owedGroups(deps: Deps, { view, owed }: Examined): Promise<GroupProgress[]> {
  const involved = view.requests.flatMap(({ request, requester }) => [
    request.subject,
    requester ?? request.subject,
  ]);
  return Promise.all(
    (owed ?? []).map(async ({ rule, reviewers }) => ({
      rule,
      group: 0,
      from: reviewers,
      stage: 1,
      reached: true,
      count: 1,
      filledBy: [],
      candidates: (await membersOf(deps, reviewers)).filter(
        ({ login }) => !involved.some((one) => sameLogin(one, login)),
      ),
    })),
  );
}

async function membersOf(deps: Deps, group: Group): Promise<readonly Account[]> {
  const [teams, named] = await Promise.all([
    Promise.all(group.teams.map((team) => deps.directory.team(team))),
    Promise.all(group.users.map((login) => deps.directory.account(login))),
  ]);
  const people = [
    ...teams.flatMap(({ members }) => members),
    ...named.flatMap((found) => found?.account ?? []),
  ];
  return [...new Map(people.map((person) => [person.id, person])).values()];
}

/** Whether those asked had as long as the rule waits before it asks others. */
function isSilent(deps: Deps, pullRequest: PullRequest, wait: Duration | undefined): boolean {
  if (wait === undefined) return false;
  return addSeconds(pullRequest.openedAt, durationSeconds(wait)) <= deps.clock.now();
}

function earlierAsks(groups: readonly GroupProgress[], asked: ReadonlySet<string>): readonly Ask[] {
  const seen = new Map<string, Ask>();
  for (const { rule, group, candidates } of groups) {
    for (const { login } of candidates) {
      const key = foldLogin(login);
      if (asked.has(key) && !seen.has(key)) seen.set(key, { login, rule, group });
    }
  }
  return [...seen.values()];
}

function whyAsked({ login, rule, group }: Ask): DecisionView['asked'][number] {
  return { login, why: `can fill group ${group + 1} of rule ${rule}` };
}
