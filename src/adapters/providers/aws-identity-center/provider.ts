import type { Json } from '../../../core/entitlement.js';
import { type Holding, holdingKey } from '../../../core/grant.js';
import { Blocked } from '../../../ports/fault.js';
import type { GrantResult, Provider } from '../../../ports/provider.js';
import type { Connection, ProviderDeps } from '../deps.js';
import { assign, outlastChanges, permissionSetArn, unassign } from './assignments.js';
import { discover } from './discover.js';
import { unlessMissing } from './fault.js';
import { kind } from './kind.js';
import { addMember, refuseUnfitGroup, removeMember } from './memberships.js';
import { type Ask, askOf, isResourceId, type Thing } from './names.js';
import { holdersOf, observe } from './observe.js';
import { findUser, unknownSubject } from './people.js';
import { type Aws, openSession, type Surroundings } from './session.js';

/** AWS takes its time over an assignment. Ten may be outstanding, but 20 calls a second are allowed in all (IAM Identity Center quotas). */
const WIDTH = 3;

export async function createProvider(
  connection: Connection,
  { target }: ProviderDeps,
  surroundings: Surroundings = {},
): Promise<Provider> {
  const session = await openSession(connection, target, surroundings);
  const begun = new Set<string>();
  return {
    abilities: kind.abilities,
    width: WIDTH,
    observe: (scope, everybodyOf = []) => session.run((aws) => observe(aws, target, { scope, everybodyOf })),
    grant: async (holding) => session.run((aws) => grant(aws, { holding, begun })),
    async revoke(holding, receipt) {
      const ask = askOf(holding);
      const result = await session.run((aws) => revoke(aws, ask, receipt));
      begun.delete(holdingKey(holding));
      return result;
    },
    async preflight(holding) {
      const ask = askOf(holding);
      await session.run((aws) => lookUp(aws, ask));
    },
    discover: () => session.run(discover),
    close: async () => session.close(),
  };
}

/**
 * @param begun holdings that this process has begun to grant when nobody had them: AWS does not say who assigned something, and an
 * answer may have been lost. After a restart the ledger knows.
 */
async function grant(
  aws: Aws,
  { holding, begun }: { holding: Holding; begun: Set<string> },
): Promise<GrantResult> {
  const ask = askOf(holding);
  const user = await lookUp(aws, ask);
  const receipt = { user };
  const key = holdingKey(holding);
  if (ask.thing.form === 'assignment') await outlastChanges(aws, ask.thing, user);
  const holder = (await holdersOf(aws, ask.thing)).find((one) => one.user === user);
  if (holder !== undefined)
    return { changed: false, preexisting: holder.managed === 'no' || !begun.has(key), receipt };
  begun.add(key);
  const changed = await give(aws, ask.thing, user);
  return { changed, preexisting: false, receipt };
}

async function give(aws: Aws, thing: Thing, user: string): Promise<boolean> {
  if (thing.form === 'membership') return addMember(aws, thing.group, user);
  await assign(aws, thing, user);
  return true;
}

/** By the UserId of the receipt where there is one: a user name can change, and become somebody else's (T100). */
async function revoke(aws: Aws, { subject, thing }: Ask, receipt: Json): Promise<{ changed: boolean }> {
  const user = userOf(receipt) ?? (isResourceId(subject) ? subject : await findUser(aws, subject));
  if (user === undefined) throw unknownSubject(subject);
  return thing.form === 'membership' ? removeMember(aws, thing.group, user) : unassign(aws, thing, user);
}

/** @returns the UserId. @throws Blocked when the person or the thing is not there, or cannot be granted. */
async function lookUp(aws: Aws, { subject, thing }: Ask): Promise<string> {
  const user = await findUser(aws, subject);
  if (user === undefined) throw unknownSubject(subject);
  if (thing.form === 'membership') await refuseUnfitGroup(aws, thing.group);
  else await refuseUnknownPermissionSet(aws, thing.permissionSet);
  return user;
}

async function refuseUnknownPermissionSet(aws: Aws, permissionSet: string): Promise<void> {
  const PermissionSetArn = permissionSetArn(aws.instance, permissionSet);
  const found = await unlessMissing(() =>
    aws.sso.describePermissionSet({ InstanceArn: aws.instance, PermissionSetArn }, aws.options),
  );
  if (found?.PermissionSet?.PermissionSetArn === PermissionSetArn) return;
  throw new Blocked(
    'unknown_permission_set',
    `the instance has no permission set ${permissionSet}`,
    'Correct the permission set in the catalog.',
  );
}

function userOf(receipt: Json): string | undefined {
  if (typeof receipt !== 'object' || receipt === null || Array.isArray(receipt)) return undefined;
  const { user } = receipt as { readonly [key: string]: Json };
  return isResourceId(user) ? user : undefined;
}
