import type { ProviderKind } from '../ports/provider.js';
import type { Path } from './path.js';
import { valueAt } from './shape.js';
import { quoted } from './visible.js';
import type { Draft } from './yaml-profile.js';

/** The table of providers, as far as documents are judged by it. */
export type Kinds = ReadonlyMap<string, ProviderKind>;

export function checkKind(draft: Draft, at: Path, kinds: Kinds): void {
  const kind = valueAt(draft.value, at);
  if (!draft.isSound(at) || typeof kind !== 'string' || kinds.has(kind)) return;
  draft.report('unknown_kind', at, { kind: quoted(kind), known: [...kinds.keys()].sort().join(', ') });
}
