import { simpleUser } from '../accounts/shape.js';
import { atLeast } from '../auth/principal.js';
import type { Hub } from '../hub.js';
import { record } from '../issues/events.js';
import { tell } from '../pulls/changed.js';
import { invalidBecause } from '../refusal.js';
import { type Account, accountNamed, type PullRequest, type Team } from '../state.js';
import { teamShape } from '../teams/shape.js';

export interface Wanted {
  readonly logins: readonly string[];
  readonly teams: readonly string[];
}

/** Asks people for a review. One who cannot read the repository, or opened the pull request, spoils the whole request. */
export async function requestReviews(
  hub: Hub,
  pull: PullRequest,
  actor: Account,
  wanted: Wanted,
): Promise<void> {
  const people = wanted.logins.map((login) => collaborator(hub, pull, login));
  const teams = wanted.teams.map((slug) => teamWanted(hub, slug));
  for (const person of people.filter(({ id }) => !pull.requestedUsers.includes(id))) {
    pull.requestedUsers.push(person.id);
    record(hub, pull, 'review_requested', actor, { detail: { requestedUser: person.id } });
    await tell(hub, pull, 'review_requested', actor, { requested_reviewer: simpleUser(hub, person) });
  }
  for (const team of teams.filter(({ id }) => !pull.requestedTeams.includes(id))) {
    pull.requestedTeams.push(team.id);
    record(hub, pull, 'review_requested', actor, { detail: { requestedTeam: team.id } });
    await tell(hub, pull, 'review_requested', actor, { requested_team: teamShape(hub, team) });
  }
}

function collaborator(hub: Hub, pull: PullRequest, login: string): Account {
  const account = accountNamed(hub.state, login);
  if (account === undefined || !atLeast(account.permission, 'read')) {
    throw invalidBecause(
      'PullRequest',
      `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${hub.options.owner}/${hub.options.repo} repository.`,
    );
  }
  if (account.id === pull.openedBy) {
    throw invalidBecause('PullRequest', 'Review cannot be requested from pull request author.');
  }
  return account;
}

function teamWanted(hub: Hub, slug: string): Team {
  const team = hub.state.teams.find((each) => each.slug === slug);
  if (team === undefined) throw invalidBecause('PullRequest', `Could not resolve to a node: ${slug}`);
  return team;
}

export async function unrequestReviews(
  hub: Hub,
  pull: PullRequest,
  actor: Account,
  wanted: Wanted,
): Promise<void> {
  for (const login of wanted.logins) {
    const account = accountNamed(hub.state, login);
    if (account === undefined || !pull.requestedUsers.includes(account.id)) continue;
    pull.requestedUsers = pull.requestedUsers.filter((id) => id !== account.id);
    record(hub, pull, 'review_request_removed', actor, { detail: { requestedUser: account.id } });
    await tell(hub, pull, 'review_request_removed', actor, { requested_reviewer: simpleUser(hub, account) });
  }
  for (const slug of wanted.teams) {
    const team = teamWanted(hub, slug);
    pull.requestedTeams = pull.requestedTeams.filter((id) => id !== team.id);
    record(hub, pull, 'review_request_removed', actor, { detail: { requestedTeam: team.id } });
  }
}
