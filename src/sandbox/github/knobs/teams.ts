import { accountOrGhost, type Hub, newId } from '../hub.js';
import { type Account, GHOST_ID, type Team } from '../state.js';
import { putMember, removeMember } from '../teams/members.js';
import { teamShape } from '../teams/shape.js';
import { emit } from '../webhooks/emit.js';

/** What the owners of the organization do with teams in the browser. */
export interface TeamKnobs {
  addToTeam(slug: string, login: string): Promise<void>;
  removeFromTeam(slug: string, login: string): Promise<void>;
  /** The slug follows the name; the number stays. */
  renameTeam(slug: string, to: string): Promise<void>;
  deleteTeam(slug: string): Promise<void>;
  /** @returns the new team's id */
  createTeam(slug: string, logins?: readonly string[]): Promise<number>;
}

export function teamKnobs(hub: Hub): TeamKnobs {
  const { state } = hub;
  /** One change at a time; its webhooks leave when it is done. */
  async function change<T>(work: (owner: Account) => Promise<T>): Promise<T> {
    try {
      return await hub.exclusively(() => work(ownerOf(hub)));
    } finally {
      hub.outbox.flush();
    }
  }
  return {
    addToTeam: (slug, login) =>
      change(async (owner) => {
        await putMember(hub, teamNamed(hub, slug), owner, { login, role: 'member' });
      }),
    removeFromTeam: (slug, login) => change((owner) => removeMember(hub, teamNamed(hub, slug), owner, login)),
    renameTeam: (slug, to) =>
      change((owner) => {
        const team = teamNamed(hub, slug);
        team.slug = to;
        team.name = to;
        return tellTeam(hub, owner, team, { action: 'edited', changes: { name: { from: slug } } });
      }),
    deleteTeam: (slug) =>
      change((owner) => {
        const team = teamNamed(hub, slug);
        state.teams.splice(state.teams.indexOf(team), 1);
        return tellTeam(hub, owner, team, { action: 'deleted' });
      }),
    createTeam: (slug, logins = []) =>
      change(async (owner) => {
        if (state.teams.some((team) => team.slug === slug)) throw new Error(`team ${slug} exists`);
        const team: Team = { id: newId(hub), slug, name: slug, members: new Map() };
        state.teams.push(team);
        await tellTeam(hub, owner, team, { action: 'created' });
        for (const login of logins) await putMember(hub, team, owner, { login, role: 'member' });
        return team.id;
      }),
  };
}

const ownerOf = (hub: Hub): Account =>
  [...hub.state.accounts.values()].find((account) => account.permission === 'admin' && !account.deleted) ??
  accountOrGhost(hub, GHOST_ID);

function teamNamed(hub: Hub, slug: string): Team {
  const team = hub.state.teams.find((each) => each.slug === slug);
  if (team === undefined) throw new Error(`${slug} is not a team of this sandbox`);
  return team;
}

const tellTeam = (
  hub: Hub,
  owner: Account,
  team: Team,
  what: Readonly<Record<string, unknown>> & { readonly action: string },
): Promise<void> => emit(hub, 'team', owner, () => ({ ...what, team: teamShape(hub, team) }));
