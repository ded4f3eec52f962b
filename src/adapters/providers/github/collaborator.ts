import type { Json } from '../../../core/entitlement.js';
import { sameLogin } from '../../../core/identity.js';
import { Blocked } from '../../../ports/fault.js';
import type { GrantResult } from '../../../ports/provider.js';
import type { Api } from './api.js';
import { isId, type Place } from './ask.js';
import { findMember } from './people.js';
import {
  addCollaborator,
  type Collaborator,
  cancelInvitations,
  findRepository,
  listCollaborators,
  type Repository,
  unknownRepository,
} from './repository.js';

type Asked = Extract<Place, { form: 'repository' }>;
export type Begun = { has(): boolean; add(): void };

interface Situation {
  readonly repository: Repository;
  readonly user: number;
  readonly collaborator: Collaborator | undefined;
}

/** @throws Blocked when the repository or the person is not there, or has a direct permission that would have to be changed. */
export async function lookUp(
  api: Api,
  { repository: name, id, permission }: Asked,
  login: string,
): Promise<Situation> {
  const repository = await findRepository(api, name, id);
  if (repository === undefined || repository.name.toLowerCase() !== name.toLowerCase())
    throw unknownRepository(api, name);
  const user = await findMember(api, login);
  const collaborator = (await listCollaborators(api, repository)).find(({ id }) => id === user);
  if (collaborator === undefined || collaborator.may[permission] === true)
    return { repository, user, collaborator };
  throw new Blocked(
    'holds_less',
    `${login} is a direct collaborator of ${name} with less than ${permission}`,
    `Take the direct permission away, or give it by a team: GitHub has one for each person, and it cannot be raised for a time.`,
  );
}

export async function grantCollaborator(
  api: Api,
  place: Asked,
  { login, begun }: { readonly login: string; readonly begun: Begun },
): Promise<GrantResult> {
  const { repository, user, collaborator } = await lookUp(api, place, login);
  const receipt = { repository: repository.id, user };
  if (collaborator !== undefined) return { changed: false, preexisting: !begun.has(), receipt };
  begun.add();
  await addCollaborator(api, repository, { login, permission: place.permission });
  return { changed: true, preexisting: false, receipt };
}

/** By number where it is known: login and name may be somebody else's by now. */
export async function revokeCollaborator(
  api: Api,
  { repository: name, id }: Asked,
  { login, receipt }: { readonly login: string; readonly receipt: Json },
): Promise<{ changed: boolean }> {
  const known = readReceipt(receipt);
  const repository = await findRepository(api, name, known.repository ?? id);
  if (repository === undefined) throw unknownRepository(api, name);
  const collaborators = await listCollaborators(api, repository);
  const found = collaborators.find((one) =>
    known.user === undefined ? sameLogin(one.login, login) : one.id === known.user,
  );
  if (found !== undefined)
    await api.remove(['repos', repository.owner, repository.name, 'collaborators', found.login]);
  const cancelled = await cancelInvitations(api, repository, found?.login ?? login);
  return { changed: found !== undefined || cancelled };
}

function readReceipt(receipt: Json): { readonly repository?: number; readonly user?: number } {
  if (typeof receipt !== 'object' || receipt === null || Array.isArray(receipt)) return {};
  const { repository, user } = receipt as { readonly [key: string]: Json };
  return { ...(isId(repository) ? { repository } : {}), ...(isId(user) ? { user } : {}) };
}
