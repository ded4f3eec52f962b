import type { Abilities, Catalog, Entitlement, Json, Target, Tier } from '../core/entitlement.js';
import type { Coordinates } from '../core/grant.js';
import type { Group } from '../core/identity.js';
import type { ProviderKind } from '../ports/provider.js';
import { certain } from './certain.js';
import type { Parsed } from './issue.js';
import type { Path } from './path.js';
import { CONTROL_PROFILE } from './profile.js';
import { checkKind, type Kinds } from './provider-kinds.js';
import { CATALOG } from './schemas/catalog.js';
import { checkShape, checkVersion, keysAt, valueAt } from './shape.js';
import { quoted } from './visible.js';
import { durationOf, type GroupDocument, groupOf } from './words.js';
import { type Draft, readYaml } from './yaml-profile.js';

interface TierDocument {
  readonly min_approvals?: number;
  readonly max_duration?: string;
  readonly native_expiry?: 'optional' | 'required';
}
interface EntitlementDocument {
  readonly title: string;
  readonly target: string;
  readonly tier?: string;
  readonly grant: Readonly<Record<string, Json>>;
  readonly exclusive?: boolean;
  readonly owners?: GroupDocument;
}
interface CatalogDocument {
  readonly targets: Readonly<Record<string, { readonly kind: string; readonly owners?: GroupDocument }>>;
  readonly tiers?: Readonly<Record<string, TierDocument>>;
  readonly entitlements: Readonly<Record<string, EntitlementDocument>>;
}

/** @param kinds the table of providers: it says what coordinates look like, so that no server is needed to judge them (T065). */
export function parseCatalog(bytes: Uint8Array, file: string, kinds: Kinds): Parsed<Catalog> {
  const draft = readYaml(bytes, file, CONTROL_PROFILE);
  if (checkVersion(draft)) checkShape(draft, CATALOG);
  for (const target of keysAt(draft.value, ['targets'])) checkKind(draft, ['targets', target, 'kind'], kinds);
  for (const entitlement of keysAt(draft.value, ['entitlements'])) {
    const at = ['entitlements', entitlement];
    checkReference(draft, [...at, 'target'], 'targets');
    checkReference(draft, [...at, 'tier'], 'tiers');
    checkCoordinates(draft, at, kinds);
  }
  return draft.conclude(() => catalogOf(draft.value as CatalogDocument, kinds));
}

function catalogOf(document: CatalogDocument, kinds: Kinds): Catalog {
  const targets = new Map(
    Object.entries(document.targets).map(([id, { kind, owners }]): [string, Target] => [
      id,
      { id, kind, abilities: certain(kinds.get(kind)).abilities, ...ownersOf(owners) },
    ]),
  );
  const tiers = new Map(Object.entries(document.tiers ?? {}).map(([id, tier]) => [id, tierOf(id, tier)]));
  const entitlements = Object.entries(document.entitlements).map(([id, body]): [string, Entitlement] => [
    id,
    {
      id,
      title: body.title,
      target: targetFor(certain(targets.get(body.target)), body.grant, kinds),
      ...(body.tier === undefined ? {} : { tier: certain(tiers.get(body.tier)) }),
      grant: body.grant,
      exclusive: body.exclusive ?? false,
      ...ownersOf(body.owners),
    },
  ]);
  return { targets, entitlements: new Map(entitlements) };
}

function targetFor(target: Target, grant: Coordinates, kinds: Kinds): Target {
  return { ...target, abilities: abilitiesFor(certain(kinds.get(target.kind)), grant) };
}

/** What the target can do by itself for this very grant. */
function abilitiesFor({ abilities, nativeExpiryOf }: ProviderKind, grant: Coordinates): Abilities {
  return nativeExpiryOf === undefined ? abilities : { ...abilities, nativeExpiry: nativeExpiryOf(grant) };
}

function ownersOf(owners: GroupDocument | undefined): { readonly owners?: Group } {
  return owners === undefined ? {} : { owners: groupOf(owners) };
}

function tierOf(
  id: string,
  { min_approvals = 1, max_duration, native_expiry = 'optional' }: TierDocument,
): Tier {
  return {
    id,
    minApprovals: min_approvals,
    ...(max_duration === undefined ? {} : { maxDuration: durationOf(max_duration) }),
    nativeExpiry: native_expiry,
  };
}

const UNKNOWN = { targets: 'unknown_target', tiers: 'unknown_tier' } as const;

function checkReference(draft: Draft, at: Path, table: keyof typeof UNKNOWN): void {
  const id = valueAt(draft.value, at);
  if (!draft.isSound(at) || typeof id !== 'string' || valueAt(draft.value, [table, id]) !== undefined) return;
  draft.report(UNKNOWN[table], at, {
    id: quoted(id),
    suggestion: draft.suggest(id, keysAt(draft.value, [table])),
  });
}

/** Coordinates against the kind of their target, and what the tier wants against what the kind can do. */
function checkCoordinates(draft: Draft, at: Path, kinds: Kinds): void {
  const target = valueAt(draft.value, [...at, 'target']);
  const kind = kinds.get(String(valueAt(draft.value, ['targets', String(target), 'kind'])));
  if (kind === undefined) return;
  const grant = [...at, 'grant'];
  if (draft.isSound(grant)) checkShape(draft, kind.grantSchema, grant);
  // Coordinates that are none do not say how they would end.
  if (kind.nativeExpiryOf !== undefined && !draft.isSound(grant)) return;
  const { nativeExpiry } = abilitiesFor(kind, valueAt(draft.value, grant) as Coordinates);
  const tier = valueAt(draft.value, [...at, 'tier']);
  const wanted = valueAt(draft.value, ['tiers', String(tier), 'native_expiry']);
  if (wanted === 'required' && nativeExpiry !== 'enforced') {
    draft.report('native_expiry_missing', [...at, 'target'], { tier: quoted(String(tier)), kind: kind.kind });
  }
}
