import type { TreeChange } from '../pull-request.js';
import type { RequestId } from '../request.js';
import { type MarkerLayout, markerAt } from './layout.js';

/** Which grants are marked, commit after commit, and how their markers lie. */
export interface Markers {
  /** @returns the grants whose markers a commit touches. */
  take(changes: readonly TreeChange[]): readonly RequestId[];
  has(id: RequestId): boolean;
  /** Whether some lie in shards and some do not: no commit may leave that behind. */
  mixed(): boolean;
}

export function newMarkers(): Markers {
  const marked: Readonly<Record<MarkerLayout, Set<RequestId>>> = { flat: new Set(), sharded: new Set() };
  return {
    take(changes) {
      const touched: RequestId[] = [];
      for (const { path, after } of changes) {
        const at = markerAt(path);
        if (at === undefined) continue;
        touched.push(at.id);
        if (after === null) marked[at.layout].delete(at.id);
        else marked[at.layout].add(at.id);
      }
      return touched;
    },
    has: (id) => marked.flat.has(id) || marked.sharded.has(id),
    mixed: () => marked.flat.size > 0 && marked.sharded.size > 0,
  };
}
