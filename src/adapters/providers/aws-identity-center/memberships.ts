import type { Group } from '@aws-sdk/client-identitystore';
import { Blocked, Retry } from '../../../ports/fault.js';
import { isConflict, unlessMissing } from './fault.js';
import { type Aws, listAll } from './session.js';

/** The UserIds of everybody in a group. Groups hold no groups. */
export async function listMembers(aws: Aws, group: string): Promise<readonly string[]> {
  const all = await listAll(async (NextToken) => {
    const { GroupMemberships: items, NextToken: next } = await aws.store.listGroupMemberships(
      { IdentityStoreId: aws.identityStore, GroupId: group, NextToken },
      aws.options,
    );
    return { items, next };
  });
  return all.map(({ MemberId }) => {
    if (MemberId?.UserId !== undefined) return MemberId.UserId;
    throw new Retry('no_person', 'AWS described a member in a way that is not known');
  });
}

/** @returns the MembershipId; undefined for who is not in the group. */
export async function findMembership(aws: Aws, group: string, user: string): Promise<string | undefined> {
  const found = await unlessMissing(() =>
    aws.store.getGroupMembershipId(
      { IdentityStoreId: aws.identityStore, GroupId: group, MemberId: { UserId: user } },
      aws.options,
    ),
  );
  return found?.MembershipId;
}

/** @returns false when somebody else was faster: AWS answers a second membership with a conflict. */
export async function addMember(aws: Aws, group: string, user: string): Promise<boolean> {
  try {
    await aws.store.createGroupMembership(
      { IdentityStoreId: aws.identityStore, GroupId: group, MemberId: { UserId: user } },
      aws.options,
    );
    return true;
  } catch (error) {
    if (isConflict(error) && (await findMembership(aws, group, user)) !== undefined) return false;
    throw error;
  }
}

/** A membership is deleted by its own id, which names one person in one group for ever. */
export async function removeMember(aws: Aws, group: string, user: string): Promise<{ changed: boolean }> {
  const MembershipId = await findMembership(aws, group, user);
  if (MembershipId === undefined) return { changed: false };
  await unlessMissing(() =>
    aws.store.deleteGroupMembership({ IdentityStoreId: aws.identityStore, MembershipId }, aws.options),
  );
  return { changed: true };
}

/** @throws Blocked for a group that is not there, or that an identity provider would overwrite. */
export async function refuseUnfitGroup(aws: Aws, group: string): Promise<void> {
  const found = await unlessMissing(() =>
    aws.store.describeGroup({ IdentityStoreId: aws.identityStore, GroupId: group }, aws.options),
  );
  if (found?.GroupId !== group) {
    throw new Blocked(
      'unknown_group',
      `the identity store has no group ${group}`,
      'Correct the group in the catalog.',
    );
  }
  if ((found.ExternalIds ?? []).length === 0) return;
  throw new Blocked(
    'external_group',
    `${group} is synchronised from an identity provider, which would undo what is done here`,
    'Use a group that was made in IAM Identity Center, or grant the group at the identity provider.',
  );
}

export async function listGroups(aws: Aws): Promise<readonly Group[]> {
  return listAll(async (NextToken) => {
    const { Groups: items, NextToken: next } = await aws.store.listGroups(
      { IdentityStoreId: aws.identityStore, NextToken },
      aws.options,
    );
    return { items, next };
  });
}
