import type { Oid } from '../approval.js';
import type { ControlBlobs } from '../grant.js';
import { CATALOG_PATH, classOfChange, PEOPLE_PATH, POLICY_PATH, type TreeChange } from '../pull-request.js';

/** One change among the requests, and when it reached the default branch. */
export interface RequestLanding {
  readonly position: number;
  readonly commit: Oid;
  readonly kind: 'added' | 'removed' | 'modified';
  readonly path: string;
  readonly mode: string | null;
  readonly blob: Oid | null;
}

/**
 * What lay on the default branch, first parent by first parent: whatever was merged from where, this is what was there (T114,
 * T115). Fed oldest first; holds ids and paths only.
 */
export interface Branch {
  add(commit: Oid, changes: readonly TreeChange[]): void;
  position(commit: Oid): number | undefined;
  at(position: number): Oid | undefined;
  /** Changes among the requests by commits after `from` up to `to`. */
  landings(from: number, to: number): readonly RequestLanding[];
  /** The first time a path was there. */
  firstSeen(path: string): number | undefined;
  /** The control documents in the tree of a commit; ids are absent where there is no plain file. */
  controlAt(position: number): Partial<ControlBlobs>;
  /** Whether these control documents lay there together at some time. */
  everHad(control: ControlBlobs): boolean;
}

const CONTROL = new Map<string, keyof ControlBlobs>([
  [POLICY_PATH, 'policy'],
  [CATALOG_PATH, 'catalog'],
  [PEOPLE_PATH, 'people'],
]);

export function newBranch(): Branch {
  const commits: Oid[] = [];
  const positions = new Map<Oid, number>();
  const landings: RequestLanding[] = [];
  const firstSeen = new Map<string, number>();
  const controls: { from: number; blobs: Partial<ControlBlobs> }[] = [{ from: -1, blobs: {} }];

  return {
    add(commit, changes) {
      const position = commits.push(commit) - 1;
      positions.set(commit, position);
      for (const change of changes) {
        const landing = landingOf(change, { position, commit });
        if (landing === undefined) continue;
        landings.push(landing);
        if (landing.kind === 'added' && !firstSeen.has(landing.path)) firstSeen.set(landing.path, position);
      }
      const blobs = controlAfter(controls.at(-1)?.blobs ?? {}, changes);
      if (blobs !== undefined) controls.push({ from: position, blobs });
    },
    position: (commit) => positions.get(commit),
    at: (position) => commits[position],
    landings(from, to) {
      const start = lowerBound(landings, (landing) => landing.position > from);
      const end = lowerBound(landings, (landing) => landing.position > to);
      return landings.slice(start, end);
    },
    firstSeen: (path) => firstSeen.get(path),
    everHad: ({ policy, catalog, people }) =>
      controls.some(
        ({ blobs }) => blobs.policy === policy && blobs.catalog === catalog && blobs.people === people,
      ),
    controlAt: (position) => controls[lowerBound(controls, ({ from }) => from > position) - 1]?.blobs ?? {},
  };
}

function landingOf(
  change: TreeChange,
  where: { readonly position: number; readonly commit: Oid },
): RequestLanding | undefined {
  const kind = LANDING_KINDS[classOfChange(change)];
  if (kind === undefined) return undefined;
  const { path, after } = change;
  return { ...where, kind, path, mode: after?.mode ?? null, blob: after?.oid ?? null };
}

const LANDING_KINDS: Readonly<Record<string, RequestLanding['kind'] | undefined>> = {
  request: 'added',
  removal: 'removed',
  'modified-request': 'modified',
};

/** @returns the control documents after a commit, or `undefined` when it leaves them alone. */
function controlAfter(
  before: Partial<ControlBlobs>,
  changes: readonly TreeChange[],
): Partial<ControlBlobs> | undefined {
  const touched = changes.filter(({ path }) => CONTROL.has(path));
  if (touched.length === 0) return undefined;
  const after: { -readonly [Key in keyof ControlBlobs]?: Oid } = { ...before };
  for (const { path, after: file } of touched) {
    const key = CONTROL.get(path);
    if (key === undefined) continue;
    if (file?.mode === '100644') after[key] = file.oid;
    else delete after[key];
  }
  return after;
}

/** The first index from which `isAfter` holds; the list is ordered by it. */
function lowerBound<T>(list: readonly T[], isAfter: (item: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = list[middle];
    if (item !== undefined && isAfter(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
