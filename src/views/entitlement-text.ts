import type { Abilities, Entitlement } from '../core/entitlement.js';
import { approvalFloor } from '../core/entitlement.js';
import { list, name, type Phrase, phrase } from './phrase.js';

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
  const people = floor === 1 ? phrase`1 approver` : phrase`${floor} approvers`;
  if (entitlement.tier === undefined) return phrase`no tier (at least ${people})`;
  const { id, maxDuration } = entitlement.tier;
  const most = maxDuration === undefined ? [] : phrase`, at most ${maxDuration}`;
  return phrase`tier ${name(id)} (at least ${people}${most})`;
}

const END: Readonly<Record<Abilities['nativeExpiry'], (target: string) => Phrase>> = {
  enforced: (target) => phrase`${name(target)} ends it by itself, also if Hallpass is down`,
  'login-only': (target) =>
    phrase`${name(target)} stops new logins by itself; only Hallpass ends what is open`,
  none: (target) => phrase`only Hallpass ends it on ${name(target)}, which has no expiry of its own`,
};

/** What ends the access, target by target; approvers are told when it is Hallpass alone. */
export function endingOf(entitlements: readonly Entitlement[]): Phrase {
  const targets = new Map(entitlements.map(({ target }) => [target.id, target]));
  const parts = [...targets.values()].map(({ id, abilities }) => {
    const open = abilities.endsSessions ? [] : phrase` (sessions that are open then may go on)`;
    return phrase`${END[abilities.nativeExpiry](id)}${open}`;
  });
  return list(parts);
}
