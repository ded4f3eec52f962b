import type { Json } from '../../../core/entitlement.js';
import { type Holding, holdingKey } from '../../../core/grant.js';
import type { Instant } from '../../../core/time.js';
import { Blocked } from '../../../ports/fault.js';
import type { GrantResult, Provider } from '../../../ports/provider.js';
import type { Connection, ProviderDeps } from '../deps.js';
import { assign, outlastChanges, permissionSetArn, unassign } from './assignments.js';
import { deniedBy, denyBefore, denyFrom, denyNothing, readEnds, refuseUnreached } from './deny.js';
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
  { target, clock, log }: ProviderDeps,
  surroundings: Surroundings = {},
): Promise<Provider> {
  const session = await openSession(connection, target, surroundings);
  const begun = new Set<string>();
  const isDenying = connection.deny_policy !== undefined;
  return {
    abilities: isDenying
      ? { ...kind.abilities, nativeExpiry: 'enforced', endsSessions: true }
      : kind.abilities,
    width: WIDTH,
    observe: (scope, everybodyOf = []) =>
      session.run((aws) => observe(aws, { target, log }, { scope, everybodyOf })),
    grant: async (holding, until) =>
      session.run((aws) => grant(aws, { holding, begun, until, now: clock.now() })),
    async revoke(holding, receipt) {
      const ask = askOf(holding);
      const result = await session.run((aws) => revoke(aws, ask, receipt));
      begun.delete(holdingKey(holding));
      return result;
    },
    ...(isDenying
      ? {
          async endSessions(holding: Holding) {
            const ask = askOf(holding);
            return session.run((aws) => endSessions(aws, ask, clock.now()));
          },
        }
      : {}),
    async preflight(holding) {
      const ask = askOf(holding);
      await session.run((aws) => lookUp(aws, ask));
    },
    discover: () => session.run(discover),
    close: async () => session.close(),
  };
}

interface Granting {
  readonly holding: Holding;
  /**
   * Holdings that this process has begun to grant when nobody had them: AWS does not say who assigned something, and an answer may have been
   * lost. After a restart the ledger knows; and what has an end in the policy is ours.
   */
  readonly begun: Set<string>;
  readonly until: Instant;
  readonly now: Instant;
}

async function grant(aws: Aws, { holding, begun, until, now }: Granting): Promise<GrantResult> {
  const ask = askOf(holding);
  const user = await lookUp(aws, ask);
  const receipt = { user };
  const key = holdingKey(holding);
  const { thing } = ask;
  const ending =
    thing.form === 'assignment' && aws.denying !== undefined ? await deniedBy(aws, thing, user) : undefined;
  if (thing.form === 'assignment') await outlastChanges(aws, thing, user);
  const holder = (await holdersOf(aws, thing)).find((one) => one.user === user);
  const isOurs = begun.has(key) || (ending !== undefined && (await readEnds(aws))(ending) !== undefined);
  if (holder !== undefined && (holder.managed === 'no' || !isOurs))
    return { changed: false, preexisting: true, receipt };
  if (ending !== undefined) await denyFrom(aws, ending, { until, now });
  if (holder !== undefined) return { changed: false, preexisting: false, receipt };
  begun.add(key);
  try {
    const changed = await give(aws, thing, user);
    return { changed, preexisting: false, receipt };
  } catch (error) {
    // It is certain that nothing was given, so nothing has to end, and what stayed would be taken for ours.
    if (error instanceof Blocked && ending !== undefined)
      await denyNothing(aws, ending, now).catch(() => undefined);
    throw error;
  }
}

/**
 * What was begun under an assignment goes on after it, until AWS denies it. Where the person still has it by another way, nothing is denied.
 * @returns none: AWS lists no sessions, so how many there were is not known.
 */
async function endSessions(aws: Aws, { subject, thing }: Ask, now: Instant): Promise<{ ended: number }> {
  const user = isResourceId(subject) ? subject : await findUser(aws, subject);
  if (user === undefined) throw unknownSubject(subject);
  if (thing.form === 'membership') return { ended: 0 };
  const denied = await deniedBy(aws, thing, user);
  if (denied === undefined) return { ended: 0 };
  const isHeld = (await holdersOf(aws, thing)).some((one) => one.user === user);
  if (isHeld) await denyNothing(aws, denied, now);
  else await denyBefore(aws, denied, now);
  return { ended: 0 };
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
  if (thing.form === 'membership') {
    refuseEndless(aws);
    await refuseUnfitGroup(aws, thing.group);
  } else {
    await refuseUnknownPermissionSet(aws, thing.permissionSet);
    await refuseUnreached(aws, thing);
  }
  return user;
}

/** What a group opens is not known here, so it cannot be denied either. */
function refuseEndless(aws: Aws): void {
  if (aws.denying === undefined) return;
  throw new Blocked(
    'no_groups',
    'a target with "deny_policy" ends access by itself, which cannot be done for a group',
    'Name an account and a permission set in the catalog, or use a target without "deny_policy".',
  );
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
