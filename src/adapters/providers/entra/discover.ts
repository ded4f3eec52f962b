import type { Coordinates } from '../../../core/grant.js';
import { listGroups, whyUnfit } from './directory.js';
import type { Graph } from './graph.js';
import { isObjectId } from './names.js';

/** Every group whose members can be changed. Which of them PIM is licensed for is not told. */
export async function discover(
  graph: Graph,
): Promise<readonly { readonly title: string; readonly grant: Coordinates }[]> {
  return (await listGroups(graph)).flatMap((group) =>
    isObjectId(group.id) && whyUnfit(group) === undefined
      ? [{ title: `Group ${String(group.displayName ?? group.id)}`, grant: { group: group.id } }]
      : [],
  );
}
