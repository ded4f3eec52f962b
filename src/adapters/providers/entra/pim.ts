import { type Instant, instantOf } from '../../../core/time.js';
import { Blocked, Retry } from '../../../ports/fault.js';
import { GraphError } from './fault.js';
import type { Graph } from './graph.js';
import { isObjectId } from './names.js';

const BASE = 'identityGovernance/privilegedAccess/group';

/** https://learn.microsoft.com/graph/api/resources/privilegedaccessgroupassignmentscheduleinstance */
export interface Assignment {
  readonly user: string;
  /** Absent: it never ends. */
  readonly until?: Instant;
  /** Assigned to the person by somebody, neither activated by the person nor had through a group. Ours are. */
  readonly isDirect: boolean;
}

/** Who is a member now by Privileged Identity Management, which also shows those whom nobody gave an end. */
export async function listAssignments(graph: Graph, group: string): Promise<readonly Assignment[]> {
  const filter = encodeURIComponent(`groupId eq '${group}'`);
  const all = await graph.list(`${BASE}/assignmentScheduleInstances?$filter=${filter}`);
  return all.flatMap((one) => assignmentOf((one ?? {}) as Readonly<Record<string, unknown>>, group));
}

function assignmentOf(
  {
    accessId,
    groupId,
    principalId,
    assignmentType,
    memberType,
    endDateTime,
  }: Readonly<Record<string, unknown>>,
  group: string,
): readonly Assignment[] {
  const end = endDateTime === null ? undefined : Date.parse(String(endDateTime)) / 1_000;
  // The group is optional in the reference; an end that is not told is none we could go by.
  if (
    (groupId ?? group) !== group ||
    !isObjectId(principalId) ||
    (end !== undefined && !Number.isFinite(end))
  )
    throw new Retry('no_assignment', 'Microsoft Graph described an assignment in a way that is not known');
  if (!isWord(accessId, 'member')) return [];
  return [
    {
      user: principalId,
      isDirect: isWord(assignmentType, 'assigned') && isWord(memberType, 'direct'),
      ...(end === undefined ? {} : { until: instantOf(end) }),
    },
  ];
}

/** The reference writes these words in lower case, and its own examples do not. */
function isWord(value: unknown, word: string): boolean {
  return typeof value === 'string' && value.toLowerCase() === word;
}

export interface Wanted {
  readonly group: string;
  readonly user: string;
  readonly until: Instant;
  readonly from: Instant;
  /** Shown to whoever looks at the assignment in the portal. */
  readonly justification: string;
}

/** Assigns, or moves the end of an assignment that is there. */
export async function assign(
  graph: Graph,
  { group, user, until, from, justification }: Wanted,
  action: 'adminAssign' | 'adminUpdate',
): Promise<void> {
  const scheduleInfo = { startDateTime: from, expiration: { type: 'afterDateTime', endDateTime: until } };
  try {
    const body = { ...requestFor(group, user, action), justification, scheduleInfo };
    refuseFailed(await graph.post(`${BASE}/assignmentScheduleRequests`, body));
  } catch (error) {
    if (!isCode(error, 'RoleAssignmentExists')) throw error;
    throw new Retry(
      'not_shown_yet',
      'there is an assignment that Microsoft Graph does not list yet',
      0,
      error,
    );
  }
}

/** Without looking whether there is one: lists lag behind, and what does not show yet would come to be after its end. */
export async function unassign(graph: Graph, group: string, user: string): Promise<{ changed: boolean }> {
  try {
    const body = {
      ...requestFor(group, user, 'adminRemove'),
      justification: 'The grant by Hallpass has ended',
    };
    refuseFailed(await graph.post(`${BASE}/assignmentScheduleRequests`, body));
    return { changed: true };
  } catch (error) {
    if (isCode(error, 'RoleAssignmentDoesNotExist')) return { changed: false };
    throw error;
  }
}

function requestFor(groupId: string, principalId: string, action: string) {
  return { accessId: 'member', groupId, principalId, action };
}

/** The request was taken, and may have been decided against at once. */
function refuseFailed(answer: unknown): void {
  const { status } = (answer ?? {}) as { readonly status?: unknown };
  if (!/^(?:Denied|Failed|Canceled|Revoked|PendingApproval)/i.test(String(status))) return;
  throw new Blocked(
    'assignment_failed',
    `Privileged Identity Management left the assignment ${String(status)}`,
    'Look at the request in the portal, and at the rules that PIM has for members of the group.',
  );
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof GraphError && error.code === code;
}
