import { simpleUser } from '../accounts/shape.js';
import { actorOf, reads, writes } from '../auth/access.js';
import { type Answer, type Call, created, noContent, numberParam, ok, optional } from '../http/call.js';
import { listed } from '../http/pages.js';
import type { RouteRow } from '../http/router.js';
import { accountOf, accountOrGhost, type Hub, newId, stampNow } from '../hub.js';
import type { Permission } from '../options.js';
import { invalid, notFound } from '../refusal.js';
import type { Loose, Schema } from '../schemas.js';
import { type Account, accountNamed, type RepositoryInvitation } from '../state.js';
import { ownsOrganization } from '../teams/members.js';
import { repositoryShape } from './shape.js';

const READ = reads('metadata');
const MANAGE = writes('administration', 'admin');
const REPOSITORY = '/repos/{owner}/{repo}';
const COLLABORATORS = `${REPOSITORY}/collaborators` as const;
const INVITATIONS = `${REPOSITORY}/invitations` as const;

export const collaboratorRoutes: readonly RouteRow[] = [
  ['GET', COLLABORATORS, READ, listCollaborators],
  ['GET', `${COLLABORATORS}/{username}`, READ, isCollaborator],
  ['GET', `${COLLABORATORS}/{username}/permission`, READ, permission],
  ['PUT', `${COLLABORATORS}/{username}`, MANAGE, addCollaborator],
  ['DELETE', `${COLLABORATORS}/{username}`, MANAGE, removeCollaborator],
  [
    'GET',
    INVITATIONS,
    MANAGE,
    (call) => listed(call, call.hub.state.invitations, (one) => invitation(call.hub, one)),
  ],
  ['DELETE', `${INVITATIONS}/{invitation_id}`, MANAGE, cancelInvitation],
];

function accountAsked(call: Call): Account {
  const account = accountNamed(call.hub.state, call.params.username ?? '');
  if (account === undefined) throw notFound();
  return account;
}

function collaborator(hub: Hub, account: Account): NonNullable<Schema<'nullable-collaborator'>> {
  const { permission: level } = account;
  return {
    ...simpleUser(hub, account),
    role_name: level,
    permissions: {
      pull: level !== 'none',
      triage: level === 'write' || level === 'admin',
      push: level === 'write' || level === 'admin',
      maintain: level === 'admin',
      admin: level === 'admin',
    },
  };
}

/** Owners of the organization may everything without being collaborators themselves. */
function listCollaborators(call: Call): Promise<Answer> {
  const isDirect = call.query.get('affiliation') === 'direct';
  const people = [...call.hub.state.accounts.values()].filter(
    (account) =>
      !account.deleted && account.permission !== 'none' && !(isDirect && ownsOrganization(account)),
  );
  return listed(call, people, (account) => collaborator(call.hub, account));
}

function isCollaborator(call: Call): Answer {
  if (accountAsked(call).permission === 'none') throw notFound();
  return noContent();
}

/** Somebody who exists and has no access is answered `none`, not 404. */
function permission(call: Call): Answer {
  const account = accountAsked(call);
  const shape: Schema<'repository-collaborator-permission'> = {
    permission: account.permission,
    role_name: account.permission,
    user: collaborator(call.hub, account),
  };
  return ok(shape);
}

/** Three levels are known here. */
const LEVELS: Readonly<Record<string, Permission>> = { pull: 'read', push: 'write', admin: 'admin' };

/** A member of the organization has it at once, anybody else is invited. */
function addCollaborator(call: Call): Answer {
  const { hub } = call;
  const account = accountAsked(call);
  const level = LEVELS[optional(call, 'permission', 'string') ?? 'push'];
  if (level === undefined) throw invalid({ field: 'permission', code: 'invalid' });
  if (account.member) {
    account.permission = level;
    return noContent();
  }
  const invited = {
    id: newId(hub),
    inviteeId: account.id,
    inviterId: actorOf(call).id,
    permission: level,
    createdAt: stampNow(hub),
  };
  hub.state.invitations.push(invited);
  return created(invitation(hub, invited));
}

/** An invitation that is open stays open. */
function removeCollaborator(call: Call): Answer {
  accountAsked(call).permission = 'none';
  return noContent();
}

function cancelInvitation(call: Call): Answer {
  const { invitations } = call.hub.state;
  const index = invitations.findIndex(({ id }) => id === numberParam(call, 'invitation_id'));
  if (index < 0) throw notFound();
  invitations.splice(index, 1);
  return noContent();
}

function invitation(hub: Hub, one: RepositoryInvitation): Loose<Schema<'repository-invitation'>> {
  const invitee = accountOf(hub, one.inviteeId);
  const { id, node_id, name, full_name, owner, url } = repositoryShape(hub);
  return {
    id: one.id,
    repository: { id, node_id, name, full_name, owner, url },
    invitee: invitee === undefined ? null : simpleUser(hub, invitee),
    inviter: simpleUser(hub, accountOrGhost(hub, one.inviterId)),
    permissions: one.permission,
    created_at: one.createdAt,
    expired: false,
  };
}
