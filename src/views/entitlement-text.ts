import type { Abilities, Entitlement } from '../core/entitlement.js';
import { approvalFloor } from '../core/entitlement.js';
import { list, name, names, type Phrase, phrase } from './phrase.js';

/** Title and id, and where it is. */
export function whatAndWhere(entitlement: Entitlement): Phrase {
  return phrase`${whatOf(entitlement)} on ${name(entitlement.target.id)} (${entitlement.target.kind})`;
}

function whatOf({ title, id }: Entitlement): Phrase {
  return title === id ? name(id) : phrase`${title} (${name(id)})`;
}

/** How risky: the tier and what it asks for. One phrase for each tier that occurs. */
export function riskOf(entitlements: readonly Entitlement[]): Phrase {
  const tiers = new Map(entitlements.map((entitlement) => [entitlement.tier?.id ?? '', entitlement]));
  return list([...tiers.values()].map(tierOf));
}

function tierOf(entitlement: Entitlement): Phrase {
  const floor = approvalFloor(entitlement);
  const people = floor === 1 ? phrase`at least 1 approver` : phrase`at least ${floor} approvers`;
  if (entitlement.tier === undefined) return phrase`no tier (${people})`;
  const { id, maxDuration } = entitlement.tier;
  const most = maxDuration === undefined ? [] : phrase`, at most ${maxDuration}`;
  return phrase`tier ${name(id)} (${floor === 0 ? phrase`no approver of its own` : people}${most})`;
}

const END: Readonly<Record<Abilities['nativeExpiry'], (target: string) => Phrase>> = {
  enforced: (target) => phrase`${name(target)} ends it by itself, also if Hallpass is down`,
  'login-only': (target) =>
    phrase`${name(target)} stops new logins by itself; only Hallpass ends what is open`,
  none: (target) => phrase`only Hallpass ends it on ${name(target)}, which has no expiry of its own`,
};

/** What ends the access, target by target; approvers are told when it is Hallpass alone. */
export function endingOf(entitlements: readonly Entitlement[]): Phrase {
  const endings = new Map<string, Entitlement[]>();
  for (const entitlement of entitlements) {
    const { id, abilities } = entitlement.target;
    const key = `${id} ${abilities.nativeExpiry}`;
    endings.set(key, [...(endings.get(key) ?? []), entitlement]);
  }
  const targets = [...endings.values()].flatMap(([first]) => first?.target.id ?? []);
  return list(
    [...endings.values()].map((ended) => {
      const isMixed = targets.filter((id) => id === ended[0]?.target.id).length > 1;
      return isMixed ? phrase`${ending(ended)} (for ${names(ended.map(({ id }) => id))})` : ending(ended);
    }),
  );
}

/** @param entitlements that one target ends in the same way. */
function ending([first]: readonly Entitlement[]): Phrase {
  if (first === undefined) return [];
  const { id, abilities } = first.target;
  const open = abilities.endsSessions ? [] : phrase` (sessions that are open then may go on)`;
  return phrase`${END[abilities.nativeExpiry](id)}${open}`;
}
