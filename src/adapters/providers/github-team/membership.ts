import type { Json } from '../../../core/entitlement.js';
import { sameLogin } from '../../../core/identity.js';
import { Blocked } from '../../../ports/fault.js';
import type { Api } from './api.js';
import {
  type Ask,
  findPerson,
  findTeam,
  isId,
  listMembers,
  type Member,
  type Team,
  unlessMissing,
} from './teams.js';

const MEMBERSHIP = '/orgs/{org}/teams/{team_slug}/memberships/{username}';

/** Who and what were meant when it was granted; logins and slugs can change hands (T100). */
interface Receipt {
  readonly team?: number;
  readonly user?: number;
}

/** What stands before a grant, read once. */
export interface Situation {
  readonly team: Team;
  readonly person: number;
  readonly member: Member | undefined;
}

/** @throws Blocked when the team or the person is not there. Who is not in the organization would only be invited. */
export async function lookUp(api: Api, org: string, ask: Ask): Promise<Situation> {
  const team = await findTeam(api, org, ask);
  if (team === undefined || team.slug !== ask.slug) throw unknownTeam(org, ask);
  const person = await findPerson(api, org, ask.subject);
  if (person === undefined) {
    throw new Blocked(
      'unknown_subject',
      `${ask.subject} is not an active member of ${org}`,
      `Invite ${ask.subject} to ${org}; a grant makes nobody a member of the organization.`,
    );
  }
  const members = await listMembers(api, org, team);
  return { team, person, member: members.find(({ id }) => id === person) };
}

/**
 * Adds the person, as a plain member: a maintainer could add others. Only for somebody who is not in the team, since it would
 * make a plain member of a maintainer.
 */
export async function addMember(
  api: Api,
  org: string,
  { team, subject }: { team: Team; subject: string },
): Promise<void> {
  const at = { org, team_slug: team.slug, username: subject };
  const answer = await api.call(`PUT ${MEMBERSHIP}`, { ...at, role: 'member' });
  const { state } = (answer ?? {}) as { readonly state?: unknown };
  if (state === 'active') return;
  await dropInvitation(api, at);
  throw new Blocked(
    'not_active',
    `${subject} was only invited to ${team.slug}; the invitation was withdrawn`,
    `Invite ${subject} to ${org}.`,
  );
}

/** Takes the person out, by number where it is known: the login may be somebody else's by now. */
export async function removeMember(
  api: Api,
  org: string,
  { ask, receipt }: { ask: Ask; receipt: Json },
): Promise<{ changed: boolean }> {
  const { team: id = ask.id, user } = readReceipt(receipt);
  const team = await findTeam(api, org, { slug: ask.slug, id });
  // With its number known, a team that is not in the list was deleted, and its members with it.
  if (team === undefined && id !== undefined) return { changed: false };
  if (team === undefined) throw unknownTeam(org, ask);
  const members = await listMembers(api, org, team);
  const member = members.find((one) =>
    user === undefined ? sameLogin(one.login, ask.subject) : one.id === user,
  );
  if (member === undefined) return dropInvitation(api, { org, team_slug: team.slug, username: ask.subject });
  if (member.inherited) return { changed: false };
  const at = { org, team_slug: team.slug, username: member.login };
  // A 404 is somebody who left meanwhile, or was renamed: the list is read again before it counts as ended.
  await unlessMissing(() => api.call(`DELETE ${MEMBERSHIP}`, at));
  return { changed: true };
}

/** An invitation is no membership yet, but could become one after the end. */
async function dropInvitation(
  api: Api,
  at: { org: string; team_slug: string; username: string },
): Promise<{ changed: boolean }> {
  if (!(await isPending(api, at))) return { changed: false };
  await unlessMissing(() => api.call(`DELETE ${MEMBERSHIP}`, at));
  if (await isPending(api, at)) await cancelInvitation(api, at);
  return { changed: true };
}

async function isPending(
  api: Api,
  at: { org: string; team_slug: string; username: string },
): Promise<boolean> {
  const found = await unlessMissing(() => api.call(`GET ${MEMBERSHIP}`, at));
  return (found as { readonly state?: unknown } | undefined)?.state === 'pending';
}

/** The invitation to the organization, of which the team is a part. */
async function cancelInvitation(
  api: Api,
  { org, team_slug, username }: { org: string; team_slug: string; username: string },
): Promise<void> {
  const invitations = await api.list('GET /orgs/{org}/teams/{team_slug}/invitations', { org, team_slug });
  for (const one of invitations) {
    const { id, login } = one as { readonly id?: unknown; readonly login?: unknown };
    if (isId(id) && typeof login === 'string' && sameLogin(login, username))
      await api.call('DELETE /orgs/{org}/invitations/{invitation_id}', { org, invitation_id: id });
  }
}

function readReceipt(receipt: Json): Receipt {
  if (typeof receipt !== 'object' || receipt === null || Array.isArray(receipt)) return {};
  const { team, user } = receipt as { readonly [key: string]: Json };
  return { ...(isId(team) ? { team } : {}), ...(isId(user) ? { user } : {}) };
}

function unknownTeam(org: string, { slug, id }: Ask): Blocked {
  const called = id === undefined ? slug : `${slug} with the id ${id}`;
  return new Blocked('unknown_team', `${org} has no team ${called}`, 'Correct the team in the catalog.');
}
