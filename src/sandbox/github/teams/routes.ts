import { organization, simpleUser } from '../accounts/shape.js';
import { ANYONE, actorOf, MANAGES_MEMBERS, MEMBERS } from '../auth/access.js';
import { type Answer, type Call, noContent, numberParam, ok, optional } from '../http/call.js';
import { listed } from '../http/pages.js';
import type { RouteRow } from '../http/router.js';
import { invalid, notFound } from '../refusal.js';
import type { Loose, Schema } from '../schemas.js';
import { type Account, accountNamed, type Team } from '../state.js';
import {
  activeMembers,
  fullTeam,
  membershipShape,
  orgMembership,
  ownsOrganization,
  putMember,
  removeMember,
} from './members.js';
import { teamShape } from './shape.js';

const TEAMS = '/orgs/{org}/teams';
const TEAM = `${TEAMS}/{team_slug}` as const;
const MEMBERSHIP = `${TEAM}/memberships/{username}` as const;

export const teamRoutes: readonly RouteRow[] = [
  ['GET', '/orgs/{org}', ANYONE, getOrganization],
  ['GET', '/orgs/{org}/members', MEMBERS, listPeople],
  ['GET', '/orgs/{org}/members/{username}', MEMBERS, isMember],
  [
    'GET',
    '/orgs/{org}/memberships/{username}',
    MEMBERS,
    (call) => ok(orgMembership(call.hub, accountAsked(call))),
  ],
  ['GET', TEAMS, MEMBERS, (call) => listed(call, call.hub.state.teams, (team) => teamShape(call.hub, team))],
  ['GET', TEAM, MEMBERS, (call) => ok(fullTeam(call.hub, teamAsked(call)))],
  ['GET', `${TEAM}/members`, MEMBERS, listMembers],
  ['GET', '/organizations/{id}/team/{id}/members', MEMBERS, listMembers],
  ['GET', MEMBERSHIP, MEMBERS, (call) => ok(membershipShape(call.hub, teamAsked(call), accountAsked(call)))],
  ['PUT', MEMBERSHIP, MANAGES_MEMBERS, addMember],
  ['DELETE', MEMBERSHIP, MANAGES_MEMBERS, dropMember],
];

function accountAsked(call: Call): Account {
  const account = accountNamed(call.hub.state, call.params.username ?? '');
  if (account === undefined) throw notFound();
  return account;
}

/** By slug, or by the number in GitHub's legacy path (which the router reads as the last `id`). */
function teamAsked(call: Call): Team {
  const slug = call.params.team_slug;
  const team = call.hub.state.teams.find((each) =>
    slug === undefined ? each.id === numberParam(call, 'id') : each.slug === slug.toLowerCase(),
  );
  if (team === undefined) throw notFound();
  return team;
}

function getOrganization({ hub }: Call): Answer {
  const shape: Loose<Schema<'organization-full'>> = {
    ...organization(hub),
    type: 'Organization',
    html_url: `${hub.url}/${hub.options.owner}`,
    created_at: hub.state.createdAt,
    updated_at: hub.state.createdAt,
    default_repository_permission: 'none',
    members_can_create_teams: true,
    two_factor_requirement_enabled: true,
  };
  return ok(shape);
}

function listPeople(call: Call): Promise<Answer> {
  const role = call.query.get('role') ?? 'all';
  const people = [...call.hub.state.accounts.values()]
    .filter((account) => account.member && !account.deleted)
    .filter((account) => role === 'all' || ownsOrganization(account) === (role === 'admin'));
  return listed(call, people, (account) => simpleUser(call.hub, account));
}

function isMember(call: Call): Answer {
  if (!accountAsked(call).member) throw notFound();
  return noContent();
}

function listMembers(call: Call): Promise<Answer> {
  const members = activeMembers(call.hub, teamAsked(call), call.query.get('role'));
  return listed(call, members, (account) => simpleUser(call.hub, account));
}

async function addMember(call: Call): Promise<Answer> {
  const role = optional(call, 'role', 'string') ?? 'member';
  if (role !== 'member' && role !== 'maintainer') throw invalid({ field: 'role', code: 'invalid' });
  const team = teamAsked(call);
  const login = call.params.username ?? '';
  const account = await putMember(call.hub, team, actorOf(call), { login, role });
  return ok(membershipShape(call.hub, team, account));
}

async function dropMember(call: Call): Promise<Answer> {
  await removeMember(call.hub, teamAsked(call), actorOf(call), call.params.username ?? '');
  return noContent();
}
