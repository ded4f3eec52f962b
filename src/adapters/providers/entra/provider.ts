import type { Json } from '../../../core/entitlement.js';
import { type Holding, holdingKey } from '../../../core/grant.js';
import type { Instant } from '../../../core/time.js';
import type { GrantResult, Provider } from '../../../ports/provider.js';
import type { Connection, ProviderDeps } from '../deps.js';
import { findUser, refuseUnfitGroup, unknownSubject } from './directory.js';
import { discover } from './discover.js';
import { type Graph, openSession, type Places } from './graph.js';
import { kind, nativeExpiryOf } from './kind.js';
import { addMember, removeMember } from './members.js';
import { type Ask, askOf, isObjectId } from './names.js';
import { type Holder, holdersOf, observe } from './observe.js';
import { assign, unassign } from './pim.js';

/** Well below what an application may ask (https://learn.microsoft.com/graph/throttling-limits). */
const WIDTH = 4;

export async function createProvider(
  connection: Connection,
  deps: ProviderDeps,
  places?: Places,
): Promise<Provider> {
  const { target, clock } = deps;
  const session = openSession(connection, deps, places);
  const begun = new Set<string>();
  return {
    abilities: kind.abilities,
    width: WIDTH,
    nativeExpiryOf,
    observe: (scope, everybodyOf = []) => session((graph) => observe(graph, target, { scope, everybodyOf })),
    async grant(holding, until, key) {
      const ask = askOf(holding);
      return session((graph) =>
        ask.isPim
          ? grantByPim(graph, ask, { from: clock.now(), until, justification: `Granted by Hallpass: ${key}` })
          : grantMembership(graph, ask, { holding, begun }),
      );
    },
    async revoke(holding, receipt) {
      const ask = askOf(holding);
      const result = await session((graph) => revoke(graph, ask, receipt));
      begun.delete(holdingKey(holding));
      return result;
    },
    async preflight(holding) {
      const ask = askOf(holding);
      await session((graph) => lookUp(graph, ask));
    },
    discover: () => session(discover),
  };
}

/** @returns the object id of the person. @throws Blocked when the person or the group is not there, or cannot be granted. */
async function lookUp(graph: Graph, { subject, group }: Ask): Promise<string> {
  const user = await findUser(graph, subject);
  if (user === undefined) throw unknownSubject(subject);
  await refuseUnfitGroup(graph, group);
  return user;
}

/**
 * @param begun holdings that this process has begun to grant when nobody had them: Entra does not say who added a member, and an
 * answer may have been lost. After a restart the ledger knows.
 */
async function grantMembership(
  graph: Graph,
  ask: Ask,
  { holding, begun }: { holding: Holding; begun: Set<string> },
): Promise<GrantResult> {
  const user = await lookUp(graph, ask);
  const receipt = { user };
  const key = holdingKey(holding);
  const holder = await findHolder(graph, ask, user);
  if (holder !== undefined)
    return { changed: false, preexisting: holder.managed === 'no' || !begun.has(key), receipt };
  begun.add(key);
  return { changed: await addMember(graph, ask.group, user), preexisting: false, receipt };
}

/**
 * An assignment with an end is taken for ours, and its end is moved: whether somebody had one before us was looked up, and written down,
 * before this was asked for. One without an end is never ours.
 */
async function grantByPim(
  graph: Graph,
  ask: Ask,
  wanted: { from: Instant; until: Instant; justification: string },
): Promise<GrantResult> {
  const user = await lookUp(graph, ask);
  const receipt = { user };
  const holder = await findHolder(graph, ask, user);
  if (holder?.managed === 'no') return { changed: false, preexisting: true, receipt };
  if (holder?.until === wanted.until) return { changed: false, preexisting: false, receipt };
  const action = holder === undefined ? 'adminAssign' : 'adminUpdate';
  await assign(graph, { ...wanted, group: ask.group, user }, action);
  return { changed: true, preexisting: false, receipt };
}

/** By the object id of the receipt where there is one: a name can change, and become somebody else's (T100). */
async function revoke(graph: Graph, ask: Ask, receipt: Json): Promise<{ changed: boolean }> {
  const { subject, group, isPim } = ask;
  const user = userOf(receipt) ?? (isObjectId(subject) ? subject : await findUser(graph, subject));
  if (user === undefined) throw unknownSubject(subject);
  if (!isPim) return removeMember(graph, group, user);
  const holder = await findHolder(graph, ask, user);
  return holder?.managed === 'no' ? { changed: false } : unassign(graph, group, user);
}

async function findHolder(graph: Graph, ask: Ask, user: string): Promise<Holder | undefined> {
  return (await holdersOf(graph, ask)).find((one) => one.user === user);
}

function userOf(receipt: Json): string | undefined {
  if (typeof receipt !== 'object' || receipt === null || Array.isArray(receipt)) return undefined;
  const { user } = receipt as { readonly [key: string]: Json };
  return isObjectId(user) ? user : undefined;
}
