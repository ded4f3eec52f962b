import { ownerAccount, simpleUser } from '../accounts/shape.js';
import { MANAGES_MEMBERS, MEMBERS } from '../auth/access.js';
import { type Answer, type Call, noContent, numberParam, ok } from '../http/call.js';
import { listed } from '../http/pages.js';
import type { RouteRow } from '../http/router.js';
import { accountOf, type Hub } from '../hub.js';
import { notFound, Refusal } from '../refusal.js';
import type { Loose, Schema } from '../schemas.js';
import { type Account, accountNamed, type OrganizationRole } from '../state.js';

const ROLES = '/orgs/{org}/organization-roles';
const ASSIGNMENT = `${ROLES}/users/{username}/{role_id}` as const;

export const roleRoutes: readonly RouteRow[] = [
  ['GET', ROLES, MEMBERS, listRoles],
  ['GET', `${ROLES}/{role_id}/users`, MEMBERS, listHolders],
  ['PUT', ASSIGNMENT, MANAGES_MEMBERS, assign],
  ['DELETE', ASSIGNMENT, MANAGES_MEMBERS, withdraw],
];

function roleAsked(call: Call): OrganizationRole {
  const role = call.hub.state.roles.find(({ id }) => id === numberParam(call, 'role_id'));
  if (role === undefined) throw notFound();
  return role;
}

function accountAsked(call: Call): Account {
  const account = accountNamed(call.hub.state, call.params.username ?? '');
  if (account === undefined) throw notFound();
  return account;
}

function roleShape(hub: Hub, { id, name }: OrganizationRole): Schema<'organization-role'> {
  return {
    id,
    name,
    description: null,
    base_role: null,
    source: 'Organization',
    permissions: [],
    organization: ownerAccount(hub),
    created_at: hub.state.createdAt,
    updated_at: hub.state.createdAt,
  };
}

function listRoles({ hub }: Call): Answer {
  const roles = hub.state.roles.map((role) => roleShape(hub, role));
  return ok({ total_count: roles.length, roles });
}

function listHolders(call: Call): Promise<Answer> {
  const { hub } = call;
  const people = [...roleAsked(call).people].flatMap((id) => accountOf(hub, id) ?? []);
  return listed(call, people, (account) => assignmentShape(hub, account));
}

/** The id is a number in this schema and may be a `bigint` in that of a user. */
function assignmentShape(hub: Hub, account: Account): Loose<Schema<'user-role-assignment'>> {
  const { id: _id, ...user } = simpleUser(hub, account);
  return { ...user, id: account.id, assignment: 'direct', inherited_from: [] };
}

function assign(call: Call): Answer {
  const account = accountAsked(call);
  if (!account.member) throw new Refusal(422, 'The user is not a member of the organization.');
  roleAsked(call).people.add(account.id);
  return noContent();
}

function withdraw(call: Call): Answer {
  roleAsked(call).people.delete(accountAsked(call).id);
  return noContent();
}
