import type { Coordinates } from '../../../core/grant.js';
import { listPermissionSets } from './assignments.js';
import { listGroups } from './memberships.js';
import { type Aws, listAll } from './session.js';

/** AWS needs two calls for each permission set, and 20 a second are allowed. */
const MOST_PERMISSION_SETS = 100;

interface Found {
  readonly title: string;
  readonly grant: Coordinates;
}

/** Permission sets in the accounts where they are provisioned, and the groups of the identity store. */
export async function discover(aws: Aws): Promise<readonly Found[]> {
  const sets = await listPermissionSets(aws);
  const found: Found[] = [];
  for (const arn of sets.slice(0, MOST_PERMISSION_SETS)) found.push(...(await accountsWith(aws, arn)));
  return [...found, ...(await findGroups(aws))];
}

async function accountsWith(aws: Aws, PermissionSetArn: string): Promise<readonly Found[]> {
  const { PermissionSet } = await aws.sso.describePermissionSet(
    { InstanceArn: aws.instance, PermissionSetArn },
    aws.options,
  );
  const accounts = await listAll(async (NextToken) => {
    const { AccountIds: items, NextToken: next } = await aws.sso.listAccountsForProvisionedPermissionSet(
      { InstanceArn: aws.instance, PermissionSetArn, NextToken },
      aws.options,
    );
    return { items, next };
  });
  const permission_set = PermissionSetArn.slice(PermissionSetArn.lastIndexOf('/') + 1);
  const name = PermissionSet?.Name ?? permission_set;
  return accounts.map((account) => ({
    title: `${name} in account ${account}`,
    grant: { account, permission_set },
  }));
}

/** Without those that an identity provider synchronises. */
async function findGroups(aws: Aws): Promise<readonly Found[]> {
  const groups = await listGroups(aws);
  return groups.flatMap(({ GroupId, DisplayName, ExternalIds }) =>
    GroupId === undefined || (ExternalIds ?? []).length > 0
      ? []
      : [{ title: `Group ${DisplayName ?? GroupId}`, grant: { group: GroupId } }],
  );
}
