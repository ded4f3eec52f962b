import { type Coordinates, type Holding, holdingKey } from '../../../core/grant.js';
import { addSeconds, type Instant, parseInstant } from '../../../core/time.js';
import type { Observation, ObservedHolding } from '../../../ports/provider.js';
import { EARLY_SECONDS, entryName, grantsBaseOf } from './dynamic.js';
import { findGroup } from './lookup.js';
import { namesOfMembers, valuesOf } from './members.js';
import { type Ask, parseAsk, parseCoordinates } from './names.js';
import type { Found, Session } from './session.js';

interface Part {
  readonly complete: boolean;
  readonly held: readonly ObservedHolding[];
}

/** Who is in the groups that are named, and who has an entry for them. Names that cannot exist are held by nobody. */
export async function observe(
  session: Session,
  asked: { readonly scope: readonly Holding[]; readonly everybodyOf: readonly Coordinates[] },
): Promise<Observation> {
  const named = [...asked.scope.map(parseAsk), ...asked.everybodyOf.map(parseCoordinates)];
  const groups = new Map<string, Omit<Ask, 'subject'>>();
  for (const one of named) if (typeof one !== 'string') groups.set(`${one.isDynamic} ${one.group}`, one);
  const parts: Part[] = [];
  for (const one of groups.values())
    parts.push(await (one.isDynamic ? observeEntries(session, one.group) : observeGroup(session, one.group)));
  const held = new Map(parts.flatMap((part) => part.held).map((one) => [holdingKey(one.holding), one]));
  return { complete: parts.every(({ complete }) => complete), held: [...held.values()] };
}

/** A group that cannot be found may have another name now, so nobody is proved to be out of it. */
async function observeGroup(session: Session, group: string): Promise<Part> {
  const found = await findGroup(session, group);
  if (found === undefined) return { complete: false, held: [] };
  const { names, complete } = await namesOfMembers(session, found.members);
  const held = names.map((subject): ObservedHolding => {
    return { holding: { target: session.target, subject, grant: { group } }, managed: 'unknown' };
  });
  return { complete, held };
}

/** Only Hallpass makes entries there. One that does not say for whom it is leaves the observation partial. */
async function observeEntries(session: Session, group: string): Promise<Part> {
  const { entries, complete } = await session.search(grantsBaseOf(session), {
    scope: 'one',
    all: [['businessCategory', group]],
    attributes: ['cn', 'businessCategory', 'description', 'entryExpireTimestamp'],
  });
  const ours = entries.filter((found) => valuesOf(found, 'businessCategory').includes(group));
  const held = ours.map((found): ObservedHolding | undefined => {
    const [subject] = valuesOf(found, 'description');
    if (subject === undefined || !valuesOf(found, 'cn').includes(entryName({ subject, group })))
      return undefined;
    const holding = { target: session.target, subject, grant: { group, form: 'dynamic' } };
    const until = endOf(found);
    return { holding, managed: 'yes', ...(until === undefined ? {} : { until }) };
  });
  const known = held.filter((one) => one !== undefined);
  return { complete: complete && known.length === held.length, held: known };
}

/** What was asked for, without the second that was added. Written as `20261122120000Z`. */
function endOf(found: Found): Instant | undefined {
  const [text = ''] = valuesOf(found, 'entryExpireTimestamp');
  const [year, month, day, hour, minute, second] = /^(....)(..)(..)(..)(..)(..)Z$/.exec(text)?.slice(1) ?? [];
  const end = parseInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return end === undefined ? undefined : addSeconds(end, -EARLY_SECONDS);
}
