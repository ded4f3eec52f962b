import { Blocked } from '../../../ports/fault.js';
import { GraphError, unlessMissing } from './fault.js';
import type { Graph } from './graph.js';
import { isObjectId } from './names.js';

/**
 * @param subject an object id, or a user principal name, which has to be spelled as the directory spells it: it looks names up without
 * regard to case.
 * @returns the object id; undefined when the directory knows nobody by it.
 */
export async function findUser(graph: Graph, subject: string): Promise<string | undefined> {
  const found = await unlessMissing(() =>
    graph.get(`users/${encodeURIComponent(subject)}?$select=id,userPrincipalName`),
  );
  const { id, userPrincipalName } = (found ?? {}) as Readonly<Record<string, unknown>>;
  return isObjectId(id) && (id === subject || userPrincipalName === subject) ? id : undefined;
}

export function unknownSubject(subject: string): Blocked {
  return new Blocked(
    'unknown_subject',
    `the directory has no user ${subject}`,
    `Correct the identity of ${subject} in the people document: an object id, or a user principal name spelled exactly.`,
  );
}

/** https://learn.microsoft.com/graph/api/resources/group */
export interface Group {
  readonly id?: unknown;
  readonly displayName?: unknown;
  readonly groupTypes?: unknown;
  readonly onPremisesSyncEnabled?: unknown;
  readonly mailEnabled?: unknown;
}

export const GROUP_PROPERTIES = 'id,displayName,groupTypes,onPremisesSyncEnabled,mailEnabled';

export async function listGroups(graph: Graph): Promise<readonly Group[]> {
  return (await graph.list(`groups?$select=${GROUP_PROPERTIES}&$top=999`)) as readonly Group[];
}

/**
 * Whether the group is deleted for good, by two lists: "not found" alone proves nothing, and a group that was only just deleted can be
 * restored with its members. Without the permission to read the second list, it is not known to be gone.
 */
export async function isGone(graph: Graph, group: string): Promise<boolean> {
  if ((await listGroups(graph)).some(({ id }) => id === group)) return false;
  try {
    const deleted = await graph.list('directory/deletedItems/microsoft.graph.group?$select=id');
    return !(deleted as readonly Group[]).some(({ id }) => id === group);
  } catch (error) {
    if (error instanceof GraphError && error.status === 403) return false;
    throw error;
  }
}

/** Why nobody can be put into a group by Graph. */
const UNFIT: readonly (readonly [test: (group: Group) => boolean, code: string, why: string])[] = [
  [
    (group) => typesOf(group).includes('DynamicMembership'),
    'dynamic_group',
    'has its members by a rule, not by assignment',
  ],
  [
    ({ onPremisesSyncEnabled }) => onPremisesSyncEnabled === true,
    'synchronised_group',
    'is synchronised from a directory on premises, where alone it can be changed',
  ],
  [
    (group) => group.mailEnabled === true && !typesOf(group).includes('Unified'),
    'mail_group',
    'is a distribution list or a mail-enabled security group, which Graph only reads',
  ],
];

export function whyUnfit(group: Group): { readonly code: string; readonly why: string } | undefined {
  const found = UNFIT.find(([test]) => test(group));
  return found === undefined ? undefined : { code: found[1], why: found[2] };
}

/** @throws Blocked for a group that is not there or whose members cannot be changed. */
export async function refuseUnfitGroup(graph: Graph, group: string): Promise<void> {
  const found = await unlessMissing(() => graph.get(`groups/${group}?$select=${GROUP_PROPERTIES}`));
  const known = (found ?? {}) as Group;
  if (known.id !== group) {
    throw new Blocked(
      'unknown_group',
      `the directory has no group ${group}`,
      'Correct the group in the catalog.',
    );
  }
  const unfit = whyUnfit(known);
  if (unfit === undefined) return;
  throw new Blocked(unfit.code, `the group ${group} ${unfit.why}`, 'Use a group with assigned members.');
}

function typesOf({ groupTypes }: Group): readonly unknown[] {
  return Array.isArray(groupTypes) ? groupTypes : [];
}
