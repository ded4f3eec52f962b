import { Retry } from '../../../ports/fault.js';
import { GraphError, unlessMissing } from './fault.js';
import type { Graph } from './graph.js';
import { isObjectId } from './names.js';

const USER = '#microsoft.graph.user';

/** The object ids of the people in a group. @param how `members` are those whom somebody added, the others come by groups in it. */
export async function listPeople(
  graph: Graph,
  group: string,
  how: 'members' | 'transitiveMembers',
): Promise<readonly string[]> {
  const all = await graph.list(`groups/${group}/${how}?$select=id&$top=999`);
  return all.flatMap((one) => {
    const { id, '@odata.type': type } = (one ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof type !== 'string' || !isObjectId(id))
      throw new Retry('no_member', 'Microsoft Graph described a member in a way that is not known');
    return type === USER ? [id] : [];
  });
}

/** What Graph says where the person is a member already; the status alone is that of many mistakes. */
const EXISTS = /object references already exist/i;

/** @returns false when the person was there already. */
export async function addMember(graph: Graph, group: string, user: string): Promise<boolean> {
  try {
    await graph.post(`groups/${group}/members/$ref`, { '@odata.id': graph.referenceTo(user) });
    return true;
  } catch (error) {
    if (error instanceof GraphError && error.status === 400 && EXISTS.test(error.message)) return false;
    throw error;
  }
}

/**
 * Without looking first: lists lag behind, and a membership that does not show yet would come to be after its end. "Not found" is left to
 * the list that is read afterwards.
 */
export async function removeMember(graph: Graph, group: string, user: string): Promise<{ changed: boolean }> {
  const done = await unlessMissing(async () => {
    await graph.unlink(group, user);
    return true;
  });
  return { changed: done === true };
}
