import { sameLogin } from '../../../core/identity.js';
import { Blocked, Retry } from '../../../ports/fault.js';
import type { Api } from './api.js';
import { isId } from './ask.js';

/** Somebody who has something, as GitHub lists them. */
export interface Holder {
  readonly id: number;
  readonly login: string;
  /** Only by something else, such as a team: taking away what is direct leaves it. */
  readonly inherited: boolean;
}

/** @throws Blocked for whoever is not in the organization: they would only be invited, and could accept after the end (T100). */
export async function findMember(api: Api, login: string): Promise<number> {
  const isMember = await api.is(['orgs', api.organization, 'members', login]);
  const person = isMember ? await api.get(['users', login]) : undefined;
  if (person !== undefined) {
    const { id, login: called } = readHolder(api, person);
    if (sameLogin(called, login)) return id;
  }
  throw new Blocked(
    'unknown_subject',
    `${login} is not a member of ${api.organization}`,
    `Invite ${login} to ${api.organization}; a grant makes nobody a member of the organization.`,
  );
}

export function readHolder(api: Api, value: unknown): Holder {
  const { id, login, assignment } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (isId(id) && typeof login === 'string') return { id, login, inherited: assignment === 'indirect' };
  throw new Retry('no_person', `${api.target} described a person in a way that is not known`);
}
