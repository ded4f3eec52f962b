import type { Abilities, Entitlement } from '../../core/entitlement.js';
import { canonicalJson } from '../../core/grant.js';
import type { People } from '../../core/people.js';
import { epochSeconds } from '../../core/time.js';
import type { Issue } from '../../documents/issue.js';
import type { Fault } from '../../ports/fault.js';
import type { ObservedHolding, Provider } from '../../ports/provider.js';
import { loadControl } from '../control/load-control.js';
import type { Ports } from '../ports.js';
import { asFault } from '../reconciling/end-due.js';
import { exampleHolding } from './example-holding.js';

type Deps = Pick<Ports, 'repository' | 'kinds' | 'providers' | 'clock'>;

/** One entitlement of the catalog, looked at on its target. */
export interface SurveyedEntitlement {
  readonly entitlement: Entitlement;
  readonly held: readonly ObservedHolding[];
  /** False: some of it could not be read. */
  readonly complete: boolean;
  /** Whether `held` is everybody who holds it: the target lists also those whom nobody asked about. */
  readonly everybody: boolean;
  /** Why it could not be looked at or, when that was asked for, not be granted. */
  readonly fault?: Fault;
  /** Whether it was asked if it could be granted, and taken away again; a target may not tell, and nobody may be known to it. */
  readonly tried?: boolean;
}

/** One target that the settings or the catalog name. */
export interface SurveyedTarget {
  readonly id: string;
  /** Absent where the catalog does not name it. */
  readonly kind?: string;
  readonly abilities?: Abilities;
  /** Whether the settings say how to reach it. */
  readonly configured: boolean;
  readonly entitlements: readonly SurveyedEntitlement[];
  /** How far its clock is ahead of ours, in seconds; absent where it shows none. */
  readonly clockAhead?: number;
}

export type Survey = { readonly targets: readonly SurveyedTarget[] } | { readonly issues: readonly Issue[] };

/**
 * Looks at everything the catalog of the default branch offers, on every target, and changes nothing. Targets go side by side.
 * @param how `try` also asks each target whether somebody of the people document could be granted it.
 */
export async function surveyTargets(deps: Deps, how: 'look' | 'try' = 'look'): Promise<Survey> {
  await deps.repository.fetch();
  const loaded = await loadControl(deps, await deps.repository.head());
  if ('issues' in loaded) return loaded;
  const { targets, entitlements } = loaded.control.catalog;
  const people = how === 'try' ? loaded.control.people : undefined;
  const ids = [...new Set([...targets.keys(), ...deps.providers.keys()])].sort();
  const surveys = ids.map(async (id): Promise<SurveyedTarget> => {
    const provider = deps.providers.get(id);
    const offered = [...entitlements.values()].filter(({ target }) => target.id === id);
    const kind = targets.get(id)?.kind;
    const abilities = provider?.abilities ?? targets.get(id)?.abilities;
    return {
      id,
      ...(kind === undefined ? {} : { kind }),
      ...(abilities === undefined ? {} : { abilities }),
      configured: provider !== undefined,
      ...(provider === undefined ? { entitlements: [] } : await look(deps, { provider, offered, people })),
    };
  });
  return { targets: await Promise.all(surveys) };
}

interface Looking {
  readonly provider: Provider;
  readonly offered: readonly Entitlement[];
  /** Who may serve as an example; absent: nothing is tried. */
  readonly people: People | undefined;
}

/** One entitlement after the other: one that cannot be read says nothing about the next. */
async function look(
  deps: Pick<Deps, 'clock'>,
  { provider, offered, people }: Looking,
): Promise<Pick<SurveyedTarget, 'entitlements' | 'clockAhead'>> {
  const entitlements: SurveyedEntitlement[] = [];
  const { enumerates } = provider.abilities;
  let clockAhead: number | undefined;
  for (const entitlement of offered) {
    try {
      const { held, complete, clock } = await provider.observe([], [entitlement.grant]);
      const key = canonicalJson(entitlement.grant);
      const of = held.filter(({ holding }) => canonicalJson(holding.grant) === key);
      if (clock !== undefined) clockAhead = epochSeconds(clock) - epochSeconds(deps.clock.now());
      const seen = { entitlement, held: of, complete, everybody: complete && enumerates };
      entitlements.push({
        ...seen,
        ...(people === undefined ? {} : await tryOut(provider, entitlement, people)),
      });
    } catch (error) {
      entitlements.push({ entitlement, held: [], complete: false, everybody: false, fault: asFault(error) });
    }
  }
  return { entitlements, ...(clockAhead === undefined ? {} : { clockAhead }) };
}

async function tryOut(
  provider: Provider,
  entitlement: Entitlement,
  people: People,
): Promise<Pick<SurveyedEntitlement, 'tried' | 'fault'>> {
  const example = exampleHolding(entitlement, people);
  if (example === undefined || provider.preflight === undefined) return { tried: false };
  try {
    await provider.preflight(example);
    return { tried: true };
  } catch (error) {
    return { tried: true, fault: asFault(error) };
  }
}
