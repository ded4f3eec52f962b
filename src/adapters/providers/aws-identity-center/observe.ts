import type { Coordinates, Holding } from '../../../core/grant.js';
import { canonicalJson } from '../../../core/grant.js';
import type { Instant } from '../../../core/time.js';
import type { Observation, ObservedHolding } from '../../../ports/provider.js';
import type { ProviderDeps } from '../deps.js';
import { listAssignments, listPermissionSets, permissionSetArn } from './assignments.js';
import { deniedBy, readEnds } from './deny.js';
import { isMissing } from './fault.js';
import { listGroups, listMembers } from './memberships.js';
import {
  type Assignment,
  coordinatesOf,
  isResourceId,
  parseAsk,
  parseCoordinates,
  type Thing,
} from './names.js';
import { findUser } from './people.js';
import type { Aws } from './session.js';

interface Asked {
  readonly scope: readonly Holding[];
  readonly everybodyOf: readonly Coordinates[];
}

/** AWS does not record who assigned or added somebody; it does tell an assignment of a user from one of a group. */
interface Holder {
  readonly user: string;
  readonly managed: 'unknown' | 'no';
}

/** Who holds what is named. Subjects are written as they were asked about, and by UserId otherwise. */
export async function observe(
  aws: Aws,
  { target, log }: Pick<ProviderDeps, 'target' | 'log'>,
  { scope, everybodyOf }: Asked,
): Promise<Observation> {
  const asks = scope.map(parseAsk).filter((ask) => typeof ask !== 'string');
  const named = [...asks.map(({ thing }) => thing), ...everybodyOf.map(parseCoordinates)];
  const things = new Map(
    named
      .filter((thing) => typeof thing !== 'string')
      .map((thing) => [canonicalJson(coordinatesOf(thing)), thing]),
  );
  const spelled = await spellings(
    aws,
    asks.map(({ subject }) => subject),
  );
  const held: ObservedHolding[] = [];
  let complete = true;
  const ends = await endsOrNone(aws, { target, log });
  for (const thing of things.values()) {
    const holders = await holdersOrGone(aws, thing);
    complete &&= holders !== undefined;
    const endOf = await endsOn(aws, thing, { ends, isHeld: (holders ?? []).length > 0 });
    for (const { user, managed } of holders ?? []) {
      const subject = spelled.get(user) ?? user;
      const until = managed === 'no' ? undefined : endOf(user);
      const holding = { target, subject, grant: coordinatesOf(thing) };
      // Only Hallpass writes ends there.
      held.push(until === undefined ? { holding, managed } : { holding, managed: 'yes', until });
    }
  }
  return { complete, held };
}

/** UserIds to how each was asked about. */
async function spellings(aws: Aws, subjects: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const spelled = new Map<string, string>();
  for (const subject of new Set(subjects)) {
    const user = isResourceId(subject) ? subject : await findUser(aws, subject);
    if (user !== undefined) spelled.set(user, subject);
  }
  return spelled;
}

type Ends = Awaited<ReturnType<typeof readEnds>>;

/** Ends are told where they can be read. Who holds what is seen without them, and must be: an end is read back by it. */
async function endsOrNone(
  aws: Aws,
  { target, log }: Pick<ProviderDeps, 'target' | 'log'>,
): Promise<Ends | undefined> {
  if (aws.denying === undefined) return undefined;
  try {
    return await readEnds(aws);
  } catch (error) {
    log.warn('ends were not read', { target, message: error instanceof Error ? error.message : '' });
    return undefined;
  }
}

/** When what each user has of a thing ends by itself. */
async function endsOn(
  aws: Aws,
  thing: Thing,
  { ends, isHeld }: { readonly ends: Ends | undefined; readonly isHeld: boolean },
): Promise<(user: string) => Instant | undefined> {
  if (ends === undefined || !isHeld || thing.form === 'membership') return () => undefined;
  const anybody = await deniedBy(aws, thing, '');
  return (user) => (anybody === undefined ? undefined : ends({ ...anybody, user }));
}

/** @returns undefined when it could not be read. "Not found" is no proof that nobody has it, until a list says the thing is gone. */
async function holdersOrGone(aws: Aws, thing: Thing): Promise<readonly Holder[] | undefined> {
  try {
    return await holdersOf(aws, thing);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return (await isListed(aws, thing)) ? undefined : [];
  }
}

export async function holdersOf(aws: Aws, thing: Thing): Promise<readonly Holder[]> {
  if (thing.form === 'assignment') return holdersOfAssignment(aws, thing);
  const members = await listMembers(aws, thing.group);
  return members.map((user) => ({ user, managed: 'unknown' }));
}

/** Who has it through a group has it all the same, and taking an assignment of theirs away leaves that. */
async function holdersOfAssignment(aws: Aws, thing: Assignment): Promise<readonly Holder[]> {
  const holders = new Map<string, Holder>();
  for (const { PrincipalType, PrincipalId } of await listAssignments(aws, thing)) {
    if (PrincipalId === undefined) continue;
    if (PrincipalType === 'USER') holders.set(PrincipalId, { user: PrincipalId, managed: 'unknown' });
    if (PrincipalType !== 'GROUP') continue;
    for (const user of await listMembers(aws, PrincipalId))
      if (!holders.has(user)) holders.set(user, { user, managed: 'no' });
  }
  return [...holders.values()];
}

async function isListed(aws: Aws, thing: Thing): Promise<boolean> {
  if (thing.form === 'membership')
    return (await listGroups(aws)).some(({ GroupId }) => GroupId === thing.group);
  return (await listPermissionSets(aws)).includes(permissionSetArn(aws.instance, thing.permissionSet));
}
