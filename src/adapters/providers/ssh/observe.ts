import { type Coordinates, canonicalJson, type Holding, holdingKey } from '../../../core/grant.js';
import { type Instant, instantOf, later } from '../../../core/time.js';
import type { Observation, ObservedHolding } from '../../../ports/provider.js';
import type { State } from './folder.js';
import { liveOf } from './issue.js';
import { holdingOf } from './names.js';

/** Who has a certificate that is good now. Names that cannot exist are on none. */
export function observe(
  state: State,
  asked: {
    readonly target: string;
    readonly scope: readonly Holding[];
    readonly everybodyOf: readonly Coordinates[];
    readonly now: Instant;
  },
): Observation {
  const wanted = new Set([...asked.scope.map(({ grant }) => grant), ...asked.everybodyOf].map(canonicalJson));
  const held = new Map<string, ObservedHolding & { readonly until: Instant }>();
  for (const certificate of liveOf(state, asked.now)) {
    const holding = holdingOf(certificate, asked.target);
    if (!wanted.has(canonicalJson(holding.grant))) continue;
    const key = holdingKey(holding);
    const end = instantOf(Number(certificate.validBefore));
    held.set(key, { holding, managed: 'yes', until: later(end, held.get(key)?.until ?? end) });
  }
  return { complete: state.unreadable.length === 0, held: [...held.values()] };
}
