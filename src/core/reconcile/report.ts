import { type Catalog, type Entitlement, ownersOf } from '../entitlement.js';
import { type Holding, holdingKey } from '../grant.js';
import type { Group } from '../identity.js';
import type { People } from '../people.js';
import type { RequestId } from '../request.js';
import type { Instant } from '../time.js';
import { coordinatesKey, type Drift } from './drift.js';
import { guard } from './guard.js';

/** What looking at one target came to. `part`: absence proves nothing there. `not`: it could not be looked at, and `code` says why. */
export interface Look {
  readonly target: string;
  readonly looked: 'whole' | 'part' | 'not';
  readonly code?: string;
  readonly drift: readonly Drift[];
  /** How many managed holdings were seen. */
  readonly managed: number;
}

/** What happens next, or has to. */
export type NextStep =
  /** The next pass that looks at targets does it by itself. */
  | 'restored'
  | 'removed'
  /** Each pass tries again; somebody has to see what is in the way. */
  | 'tried_again'
  /** Somebody has to decide: Hallpass does not touch it. */
  | 'adopt_or_remove'
  | 'removed_by_hand'
  | 'given_back_by_hand';

export interface DriftFinding {
  readonly kind: Drift['kind'];
  readonly target: string;
  /** Who it is on the target. */
  readonly subject: string;
  /** Who that is, where the people document says. */
  readonly login: string | null;
  /** Ids of the entitlements it is, by the catalog and the grant; none: the catalog no longer has it. Sorted. */
  readonly entitlements: readonly string[];
  readonly grant: Holding['grant'];
  readonly id: RequestId | null;
  /** Since when, or when it was first seen; `null`: not known. */
  readonly since: Instant | null;
  readonly next: NextStep;
  /** Who answers for it, once for each different group; empty: nobody is named. */
  readonly owners: readonly Group[];
}

export interface TargetReport {
  readonly target: string;
  readonly looked: Look['looked'];
  readonly code: string | null;
  /** What the guard says about its orphans, when it stops their removal. */
  readonly stopped: string | null;
  readonly findings: readonly DriftFinding[];
}

/** What differs from what should be held, target by target. A value: every surface renders this one. */
export interface DriftReport {
  readonly at: Instant;
  readonly targets: readonly TargetReport[];
}

export interface ReportContext {
  readonly now: Instant;
  readonly catalog?: Catalog;
  readonly people?: People;
  /** By {@link driftKey}: when a drift was seen first. */
  readonly firstSeen: ReadonlyMap<string, Instant>;
}

export function reportOf(looks: readonly Look[], context: ReportContext): DriftReport {
  const sorted = looks.toSorted((a, b) => (a.target < b.target ? -1 : 1));
  return { at: context.now, targets: sorted.map((look) => reportOfTarget(look, context)) };
}

export function hasDrift({ targets }: DriftReport): boolean {
  return targets.some(({ findings }) => findings.length > 0);
}

/** Equal for the same drift seen twice. */
export function driftKey({ kind, holding, id }: Drift): string {
  return [kind, holdingKey(holding), id ?? ''].join(' ');
}

function reportOfTarget(look: Look, context: ReportContext): TargetReport {
  const { target, looked, code = null, drift, managed } = look;
  const orphans = drift.filter(({ kind }) => kind === 'orphaned').length;
  const verdict = guard({ removals: orphans, managed });
  const stopped = verdict.verdict === 'stop' ? verdict.message : null;
  const findings = drift.map((one) => findingOf(one, { ...context, stopped }));
  return { target, looked, code, stopped, findings: findings.toSorted(byUrgency) };
}

function findingOf(drift: Drift, context: ReportContext & { readonly stopped: string | null }): DriftFinding {
  const { kind, holding, id, entitlement } = drift;
  const meant = entitlementsFor(holding, context.catalog);
  const own = meant.filter((one) => entitlement === undefined || one.id === entitlement);
  return {
    kind,
    target: holding.target,
    subject: holding.subject,
    login: loginOf(holding, context.people),
    entitlements: entitlement === undefined ? meant.map((one) => one.id) : [entitlement],
    grant: holding.grant,
    id: id ?? null,
    since: drift.since ?? context.firstSeen.get(driftKey(drift)) ?? null,
    next: nextOf(drift, context.stopped !== null),
    owners: ownersFor(holding, own, context.catalog),
  };
}

function nextOf({ kind, preexisting }: Drift, stopped: boolean): NextStep {
  if (kind === 'orphaned') return stopped ? 'removed_by_hand' : 'removed';
  if (kind === 'missing') return preexisting ? 'given_back_by_hand' : 'restored';
  return kind === 'overdue' ? 'tried_again' : 'adopt_or_remove';
}

/** Entitlements that are exactly this, by id. */
function entitlementsFor(holding: Holding, catalog: Catalog | undefined): readonly Entitlement[] {
  const key = coordinatesKey(holding);
  return [...(catalog?.entitlements.values() ?? [])]
    .filter(({ target, grant }) => coordinatesKey({ target: target.id, grant }) === key)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** What the catalog has no entitlement for is still on a target that somebody may own. */
function ownersFor(
  { target }: Holding,
  entitlements: readonly Entitlement[],
  catalog: Catalog | undefined,
): readonly Group[] {
  const own = catalog?.targets.get(target)?.owners;
  const named = entitlements.length === 0 ? [own] : entitlements.map(ownersOf);
  const different = new Map(
    named.flatMap((group) => (group === undefined ? [] : [[groupKey(group), group]])),
  );
  return [...different.values()];
}

/** Equal for the same owners, in whatever order they are listed. */
export function groupKey({ teams, users }: Group): string {
  return `${teams.toSorted().join(',')}/${users
    .map((user) => user.toLowerCase())
    .toSorted()
    .join(',')}`;
}

function loginOf({ target, subject }: Holding, people: People | undefined): string | null {
  const found = [...(people?.values() ?? [])].filter(({ identities }) => identities.get(target) === subject);
  const [only] = found;
  return found.length === 1 && only !== undefined ? only.login : null;
}

const URGENCY: readonly Drift['kind'][] = ['overdue', 'orphaned', 'unmanaged', 'missing'];

function byUrgency(a: DriftFinding, b: DriftFinding): number {
  const rank = ({ kind }: DriftFinding) => URGENCY.indexOf(kind);
  const text = ({ subject, grant }: DriftFinding) => `${subject} ${JSON.stringify(grant)}`;
  return rank(a) - rank(b) || (text(a) < text(b) ? -1 : 1);
}
