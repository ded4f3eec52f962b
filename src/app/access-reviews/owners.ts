import { type Account, foldLogin, type Group } from '../../core/identity.js';
import type { Ports } from '../ports.js';

/** Everybody a group names now, each once. Who has no account and teams that do not exist are nobody. */
export async function membersOf(
  { directory }: Pick<Ports, 'directory'>,
  { teams, users }: Group,
): Promise<readonly Account[]> {
  const members = await Promise.all(teams.map(async (team) => (await directory.team(team)).members));
  const named = await Promise.all(users.map(async (user) => (await directory.account(user))?.account ?? []));
  const all = [...members.flat(), ...named.flat()];
  return [...new Map(all.map((account) => [account.id, account])).values()].toSorted((a, b) =>
    foldLogin(a.login) < foldLogin(b.login) ? -1 : 1,
  );
}
