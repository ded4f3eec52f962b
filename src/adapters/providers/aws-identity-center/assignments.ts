import type { AccountAssignment, AccountAssignmentOperationStatus } from '@aws-sdk/client-sso-admin';
import { Blocked, Retry } from '../../../ports/fault.js';
import { isConflict } from './fault.js';
import type { Assignment } from './names.js';
import { type Aws, listAll } from './session.js';

export function permissionSetArn(instance: string, permissionSet: string): string {
  return `${instance.replace(':instance/', ':permissionSet/')}/${permissionSet}`;
}

/** The ARNs of all permission sets of the instance. */
export async function listPermissionSets(aws: Aws): Promise<readonly string[]> {
  return listAll(async (NextToken) => {
    const { PermissionSets: items, NextToken: next } = await aws.sso.listPermissionSets(
      { InstanceArn: aws.instance, NextToken },
      aws.options,
    );
    return { items, next };
  });
}

/** Whom a permission set is assigned to in an account: users, and groups with everybody in them. */
export async function listAssignments(
  aws: Aws,
  { account, permissionSet }: Assignment,
): Promise<readonly AccountAssignment[]> {
  const PermissionSetArn = permissionSetArn(aws.instance, permissionSet);
  return listAll(async (NextToken) => {
    const { AccountAssignments: items, NextToken: next } = await aws.sso.listAccountAssignments(
      { InstanceArn: aws.instance, AccountId: account, PermissionSetArn, NextToken },
      aws.options,
    );
    return { items, next };
  });
}

async function isAssigned(aws: Aws, thing: Assignment, user: string): Promise<boolean> {
  const all = await listAssignments(aws, thing);
  return all.some(({ PrincipalType, PrincipalId }) => PrincipalType === 'USER' && PrincipalId === user);
}

/**
 * Asks AWS to assign, and waits for how it ends: the call succeeds at once, and the assignment may still fail ("CreateAccountAssignment",
 * IAM Identity Center API Reference). What a failure left is not what its status says but what the list says.
 */
export async function assign(aws: Aws, thing: Assignment, user: string): Promise<void> {
  const { AccountAssignmentCreationStatus: begun } = await whenFree(aws, () =>
    aws.sso.createAccountAssignment(changeOf(aws, thing, user), aws.options),
  );
  const ended = await waitFor(aws, begun, creationsOf(aws).look);
  if (ended.Status === 'SUCCEEDED' || (await isAssigned(aws, thing, user))) return;
  throw new Blocked(
    'assignment_failed',
    `AWS did not assign ${thing.permissionSet} in ${thing.account}: ${ended.FailureReason ?? 'no reason given'}`,
    'Mend what AWS says is wrong with the account or the permission set.',
  );
}

export async function unassign(aws: Aws, thing: Assignment, user: string): Promise<{ changed: boolean }> {
  await outlastChanges(aws, thing, user);
  if (!(await isAssigned(aws, thing, user))) return { changed: false };
  const { AccountAssignmentDeletionStatus: begun } = await whenFree(aws, () =>
    aws.sso.deleteAccountAssignment(changeOf(aws, thing, user), aws.options),
  );
  const ended = await waitFor(aws, begun, deletionsOf(aws).look);
  if (ended.Status === 'SUCCEEDED' || !(await isAssigned(aws, thing, user))) return { changed: true };
  throw new Blocked(
    'deletion_failed',
    `AWS did not take ${thing.permissionSet} in ${thing.account} away: ${ended.FailureReason ?? 'no reason given'}`,
    'Mend what AWS says is wrong, or delete the assignment by hand: the access goes on until then.',
  );
}

/**
 * Waits for what AWS is still doing to this assignment: one that is being made is not in the list yet and would be there after we had said
 * that it is gone, and one that is being deleted still is. The lists of statuses do not say what they are about, so each is looked at.
 */
export async function outlastChanges(aws: Aws, thing: Assignment, user: string): Promise<void> {
  const wanted = changeOf(aws, thing, user);
  for (const { list, look } of [creationsOf(aws), deletionsOf(aws)]) {
    for (const { RequestId } of await listAll(list)) {
      const status = await look(RequestId);
      const isOurs =
        status?.PrincipalId === user &&
        status.TargetId === wanted.TargetId &&
        status.PermissionSetArn === wanted.PermissionSetArn;
      if (isOurs) await waitFor(aws, status, look);
    }
  }
}

const RUNNING = { Status: 'IN_PROGRESS' } as const;

function creationsOf({ sso, instance: InstanceArn, options }: Aws) {
  return {
    async list(NextToken: string | undefined) {
      const { AccountAssignmentsCreationStatus: items, NextToken: next } =
        await sso.listAccountAssignmentCreationStatus({ InstanceArn, Filter: RUNNING, NextToken }, options);
      return { items, next };
    },
    async look(id: string | undefined): Promise<Status> {
      const seen = await sso.describeAccountAssignmentCreationStatus(
        { InstanceArn, AccountAssignmentCreationRequestId: id },
        options,
      );
      return seen.AccountAssignmentCreationStatus;
    },
  };
}

function deletionsOf({ sso, instance: InstanceArn, options }: Aws) {
  return {
    async list(NextToken: string | undefined) {
      const { AccountAssignmentsDeletionStatus: items, NextToken: next } =
        await sso.listAccountAssignmentDeletionStatus({ InstanceArn, Filter: RUNNING, NextToken }, options);
      return { items, next };
    },
    async look(id: string | undefined): Promise<Status> {
      const seen = await sso.describeAccountAssignmentDeletionStatus(
        { InstanceArn, AccountAssignmentDeletionRequestId: id },
        options,
      );
      return seen.AccountAssignmentDeletionStatus;
    },
  };
}

function changeOf(aws: Aws, { account, permissionSet }: Assignment, user: string) {
  return {
    InstanceArn: aws.instance,
    TargetId: account,
    TargetType: 'AWS_ACCOUNT',
    PermissionSetArn: permissionSetArn(aws.instance, permissionSet),
    PrincipalType: 'USER',
    PrincipalId: user,
  } as const;
}

type Status = AccountAssignmentOperationStatus | undefined;

async function waitFor(
  aws: Aws,
  first: Status,
  look: (id: string | undefined) => Promise<Status>,
): Promise<AccountAssignmentOperationStatus> {
  let status = first;
  while (status?.Status === 'IN_PROGRESS') {
    await aws.pause();
    status = await look(first?.RequestId);
  }
  if (status?.Status === 'SUCCEEDED' || status?.Status === 'FAILED') return status;
  throw new Retry('unknown_status', 'AWS does not say how an assignment stands');
}

/** AWS carries out one change of a permission set in an account at a time, and refuses others meanwhile. */
async function whenFree<T>(aws: Aws, change: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await change();
    } catch (error) {
      if (!isConflict(error)) throw error;
      await aws.pause();
    }
  }
}
