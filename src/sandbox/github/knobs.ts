import { type Hub, stampNow } from './hub.js';
import { pullNumbered } from './pulls/find.js';
import { type Account, accountNamed, type Review, type Sha, type Team } from './state.js';

/** What no person could do, or what happens outside the repository. */
export interface Knobs {
  /** GitHub moves a review to another commit, as reported after rebases: same id, same time (T033). */
  rebind(review: number, sha: Sha | null): void;
  /** The account is deleted: its reviews have no user, its token is void, it leaves all teams. */
  ghost(login: string): void;
  /** The number stays, the old login is free for anybody. */
  rename(login: string, to: string): void;
  /** Somebody new, for instance under a login that was freed. */
  addUser(user: {
    login: string;
    id: number;
    permission: Account['permission'];
    member?: boolean;
    email?: string;
  }): void;
  setPermission(login: string, permission: Account['permission']): void;
  addToTeam(slug: string, login: string): void;
  removeFromTeam(slug: string, login: string): void;
  /** Accepts an invitation to the organization: pending memberships become active. */
  acceptInvitation(login: string): void;
  renameTeam(slug: string, to: string): void;
  deleteTeam(slug: string): void;
  /** @returns the new team's id */
  createTeam(slug: string, logins?: readonly string[]): number;
  /** The fork that has the head of a pull request is deleted: `head.repo` is `null`. */
  deleteFork(pull: number): void;
  /** A check run by another App, or by a workflow, under any name. */
  foreignCheck(check: { sha: Sha; name: string; appId: number; conclusion: 'success' | 'failure' }): void;
  readonly rules: Hub['rules'];
}

export function knobsOf(hub: Hub): Knobs {
  const { state } = hub;
  return {
    rebind(id, sha) {
      reviewWithId(hub, id).commitId = sha;
    },
    ghost(login) {
      const account = named(hub, login);
      account.deleted = true;
      for (const team of state.teams) team.members.delete(account.id);
    },
    rename(login, to) {
      if (accountNamed(state, to) !== undefined) throw new Error(`${to} is taken`);
      named(hub, login).login = to;
    },
    addUser(user) {
      if (state.accounts.has(user.id)) throw new Error(`id ${user.id} is taken`);
      const { member = true, email = null } = user;
      state.accounts.set(user.id, { ...user, type: 'User', email, member, deleted: false });
    },
    setPermission(login, permission) {
      named(hub, login).permission = permission;
    },
    addToTeam(slug, login) {
      const account = named(hub, login);
      teamNamed(hub, slug).members.set(account.id, {
        role: 'member',
        state: account.member ? 'active' : 'pending',
      });
    },
    removeFromTeam(slug, login) {
      teamNamed(hub, slug).members.delete(named(hub, login).id);
    },
    acceptInvitation(login) {
      const account = named(hub, login);
      account.member = true;
      for (const team of state.teams) {
        const membership = team.members.get(account.id);
        if (membership !== undefined) membership.state = 'active';
      }
    },
    renameTeam(slug, to) {
      const team = teamNamed(hub, slug);
      team.slug = to;
      team.name = to;
    },
    deleteTeam(slug) {
      state.teams.splice(state.teams.indexOf(teamNamed(hub, slug)), 1);
    },
    createTeam(slug, logins = []) {
      state.lastId += 1;
      const team: Team = { id: state.lastId, slug, name: slug, members: new Map() };
      state.teams.push(team);
      for (const login of logins) this.addToTeam(slug, login);
      return team.id;
    },
    deleteFork(number) {
      pullNumbered(hub, number).headRepositoryDeleted = true;
    },
    foreignCheck({ sha, name, appId, conclusion }) {
      state.lastId += 1;
      const at = stampNow(hub);
      state.checkRuns.push({
        id: state.lastId,
        appId,
        headSha: sha,
        name,
        status: 'completed',
        conclusion,
        startedAt: at,
        completedAt: at,
        detailsUrl: null,
        externalId: null,
        title: null,
        summary: null,
        text: null,
        annotations: [],
      });
    },
    rules: hub.rules,
  };
}

function named(hub: Hub, login: string): Account {
  const account = accountNamed(hub.state, login);
  if (account === undefined) throw new Error(`${login} is not a user of this sandbox`);
  return account;
}

function teamNamed(hub: Hub, slug: string): Team {
  const team = hub.state.teams.find((each) => each.slug === slug);
  if (team === undefined) throw new Error(`${slug} is not a team of this sandbox`);
  return team;
}

function reviewWithId(hub: Hub, id: number): Review {
  for (const issue of hub.state.issues.values()) {
    const review =
      'reviews' in issue ? (issue.reviews as Review[]).find((each) => each.id === id) : undefined;
    if (review !== undefined) return review;
  }
  throw new Error(`there is no review ${id}`);
}
