import type { Hub } from '../hub.js';
import { type Account, accountNamed } from '../state.js';

/** What happens to accounts, outside any repository. */
export interface PeopleKnobs {
  /** The account is deleted: its reviews have no user, its token is void, it leaves all teams. */
  ghost(login: string): void;
  /** The number stays, the old login is free for anybody. */
  rename(login: string, to: string): void;
  /** Somebody new, for instance under a login that was freed. */
  addUser(user: {
    readonly login: string;
    readonly id: number;
    readonly permission: Account['permission'];
    readonly member?: boolean;
    readonly email?: string;
  }): void;
  setPermission(login: string, permission: Account['permission']): void;
  /** Accepts what is open: memberships become active, and so does access to the repository. */
  acceptInvitation(login: string): void;
  /** Leaves the organization, and with it every team. */
  leaveOrganization(login: string): void;
}

export function peopleKnobs(hub: Hub): PeopleKnobs {
  const { state } = hub;
  const leaveTeams = (account: Account): void => {
    for (const team of state.teams) team.members.delete(account.id);
  };
  return {
    ghost(login) {
      const account = named(hub, login);
      account.deleted = true;
      leaveTeams(account);
    },
    rename(login, to) {
      const account = named(hub, login);
      // Another spelling of one's own login is free.
      if ((accountNamed(state, to) ?? account) !== account) throw new Error(`${to} is taken`);
      account.login = to;
    },
    addUser({ login, id, permission, member = true, email }) {
      if (state.accounts.has(id)) throw new Error(`id ${id} is taken`);
      if (accountNamed(state, login) !== undefined) throw new Error(`${login} is taken`);
      const rest = { type: 'User', email: email ?? null, deleted: false } as const;
      state.accounts.set(id, { id, login, permission, member, ...rest });
    },
    setPermission(login, permission) {
      named(hub, login).permission = permission;
    },
    acceptInvitation(login) {
      const account = named(hub, login);
      const invited = state.invitations.findIndex(({ inviteeId }) => inviteeId === account.id);
      if (invited >= 0) account.permission = state.invitations.splice(invited, 1)[0]?.permission ?? 'none';
      else account.member = true;
      for (const team of state.teams) {
        const membership = team.members.get(account.id);
        if (membership !== undefined) membership.state = 'active';
      }
    },
    leaveOrganization(login) {
      const account = named(hub, login);
      account.member = false;
      leaveTeams(account);
    },
  };
}

export function named(hub: Hub, login: string): Account {
  const account = accountNamed(hub.state, login);
  if (account === undefined) throw new Error(`${login} is not a user of this sandbox`);
  return account;
}
