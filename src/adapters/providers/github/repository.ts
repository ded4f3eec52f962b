import { sameLogin } from '../../../core/identity.js';
import { Blocked, Retry } from '../../../ports/fault.js';
import type { Api } from './api.js';
import { isId } from './ask.js';
import { type Holder, readHolder } from './people.js';

export interface Repository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
}

/** A direct collaborator, with what they may do by all that they have. */
export interface Collaborator extends Holder {
  readonly may: Readonly<Record<string, unknown>>;
}

/** By number where it is known, since a name can be taken over. @returns undefined when GitHub shows us none of this name. */
export async function findRepository(
  api: Api,
  name: string,
  id: number | undefined,
): Promise<Repository | undefined> {
  const path = id === undefined ? ['repos', api.organization, name] : ['repositories', String(id)];
  const found = await unlessMoved(() => api.get(path));
  if (found === undefined) return undefined;
  const { id: number, name: called, owner } = found as Readonly<Record<string, unknown>>;
  const { login } = (owner ?? {}) as Readonly<Record<string, unknown>>;
  if (isId(number) && typeof called === 'string' && typeof login === 'string')
    return { id: number, owner: login, name: called };
  throw new Retry('no_repository', `${api.target} described a repository in a way that is not known`);
}

/** A repository that was renamed answers under its old name with a redirect. */
async function unlessMoved<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Blocked && error.code === 'redirected') return undefined;
    throw error;
  }
}

/** GitHub says 404 also for what our token may not see, so it is never taken for gone. */
export function unknownRepository(api: Api, name: string): Blocked {
  return new Blocked(
    'unknown_repository',
    `${api.target} shows no repository ${name}`,
    'Correct the repository in the catalog, or let the token reach it; where it was deleted, revoke the grant by hand.',
  );
}

export async function listCollaborators(
  api: Api,
  { owner, name }: Repository,
): Promise<readonly Collaborator[]> {
  const people = await api.list(['repos', owner, name, 'collaborators'], { affiliation: 'direct' });
  if (people === undefined) throw unknownRepository(api, name);
  return people.map((one) => {
    const { permissions } = (one ?? {}) as { readonly permissions?: unknown };
    if (typeof permissions !== 'object' || permissions === null)
      throw new Retry('no_person', `${api.target} does not say what a collaborator may do`);
    return { ...readHolder(api, one), may: permissions as Readonly<Record<string, unknown>> };
  });
}

/** Adds somebody who is no direct collaborator: whoever is would have their permission changed. */
export async function addCollaborator(
  api: Api,
  { owner, name }: Repository,
  { login, permission }: { readonly login: string; readonly permission: string },
): Promise<void> {
  const invitation = await api.put(['repos', owner, name, 'collaborators', login], { permission });
  if (invitation === undefined) return;
  await cancelInvitations(api, { owner, name }, login);
  throw new Blocked(
    'not_active',
    `${login} was only invited to ${name}; the invitation was withdrawn`,
    `Invite ${login} to ${api.organization}.`,
  );
}

/** An invitation is no access yet, but could become one after the end (T100). @returns whether there was one. */
export async function cancelInvitations(
  api: Api,
  { owner, name }: Pick<Repository, 'owner' | 'name'>,
  login: string,
): Promise<boolean> {
  const invitations = (await api.list(['repos', owner, name, 'invitations'])) ?? [];
  let cancelled = false;
  for (const one of invitations) {
    const { id, invitee } = (one ?? {}) as Readonly<Record<string, unknown>>;
    const { login: invited } = (invitee ?? {}) as Readonly<Record<string, unknown>>;
    if (!isId(id) || typeof invited !== 'string' || !sameLogin(invited, login)) continue;
    await api.remove(['repos', owner, name, 'invitations', String(id)]);
    cancelled = true;
  }
  return cancelled;
}
