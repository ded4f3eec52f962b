import { addSeconds, type Instant, secondsBetween } from '../../../core/time.js';
import { Blocked, Retry } from '../../../ports/fault.js';
import { permissionSetArn } from './assignments.js';
import { type Deny, MOST_CHARACTERS, parseDenies, renderDenies } from './deny-policy.js';
import { unlessMissing } from './fault.js';
import type { Assignment } from './names.js';
import { type Aws, listAll } from './session.js';

/** Whom and what a deny is about. */
export interface Denied {
  readonly user: string;
  readonly account: string;
  readonly set: string;
}

type Denying = NonNullable<Aws['denying']>;

/** How long credentials of a permission set can work: its session lasts twelve hours at most. */
const LONGEST_SESSION_SECONDS = 12 * 3_600;
/** How far AWS's clock may be from ours. A grant is refused when ours is further from GitHub's. */
const SKEW_SECONDS = 60;

/** @returns undefined for a permission set that is gone, and its roles and their sessions with it. */
export async function deniedBy(
  aws: Aws,
  { account, permissionSet }: Assignment,
  user: string,
): Promise<Denied | undefined> {
  const PermissionSetArn = permissionSetArn(aws.instance, permissionSet);
  const found = await unlessMissing(() =>
    aws.sso.describePermissionSet({ InstanceArn: aws.instance, PermissionSetArn }, aws.options),
  );
  if (found === undefined) return undefined;
  const { Name: set } = found.PermissionSet ?? {};
  if (set === undefined) throw new Retry('no_name', 'AWS did not name a permission set');
  return { user, account, set };
}

/** AWS itself ends it at that time, whatever runs then, and whether or not the assignment is still there. */
export async function denyFrom(aws: Aws, denied: Denied, { until, now }: Times): Promise<void> {
  await rewrite(aws, now, (denies) => [
    ...denies.filter((one) => !isAbout(one, denied)),
    ...issuedBefore(denies, denied).map((one) => ({ ...one, at: earlier(one.at, now) })),
    { ...denied, what: 'from', at: until },
  ]);
}

interface Times {
  readonly until: Instant;
  readonly now: Instant;
}

/**
 * Ends what was begun before now, once; who is granted it again can begin anew. There is always room: it stands where the end stood.
 * @param now after the assignment was gone.
 */
export async function denyBefore(aws: Aws, denied: Denied, now: Instant): Promise<void> {
  await rewrite(aws, now, (denies) => {
    const mine = denies.filter((one) => isAbout(one, denied));
    if (mine.some(({ what }) => what === 'before') && mine.length === 1) return denies;
    const at = addSeconds(now, SKEW_SECONDS);
    return [...denies.filter((one) => !mine.includes(one)), { ...denied, what: 'before', at }];
  });
}

/** Forgets an end of what was not granted after all. */
export async function denyNothing(aws: Aws, denied: Denied, now: Instant): Promise<void> {
  await rewrite(aws, now, (denies) => denies.filter((one) => !(isAbout(one, denied) && one.what === 'from')));
}

function issuedBefore(denies: readonly Deny[], denied: Denied): readonly Deny[] {
  return denies.filter((one) => isAbout(one, denied) && one.what === 'before');
}

function isAbout(deny: Deny, { user, account, set }: Denied): boolean {
  return deny.user === user && deny.account === account && deny.set === set;
}

function earlier(one: Instant, other: Instant): Instant {
  return one < other ? one : other;
}

/** @returns when AWS ends each by itself. */
export async function readEnds(aws: Aws): Promise<(denied: Denied) => Instant | undefined> {
  const denies = aws.denying === undefined ? [] : await readDenies(aws, aws.denying);
  return (denied) => denies.find((one) => isAbout(one, denied) && one.what === 'from')?.at;
}

/**
 * Organizations takes a policy as a whole and no condition on what it was before, so one change goes after the other here, and nobody else
 * may write to it.
 */
async function rewrite(
  aws: Aws,
  now: Instant,
  change: (denies: readonly Deny[]) => readonly Deny[],
): Promise<void> {
  const { denying } = aws;
  if (denying === undefined) return;
  await aws.inTurn(async () => {
    const before = await readDenies(aws, denying);
    const wanted = renderDenies(change(before.filter((one) => isNeeded(one, now))), partitionOf(aws));
    if (wanted === renderDenies(before, partitionOf(aws))) return;
    if (wanted.length > MOST_CHARACTERS) throw full(denying);
    await denying.organizations.updatePolicy({ PolicyId: denying.policy, Content: wanted }, aws.options);
    if (renderDenies(await readDenies(aws, denying), partitionOf(aws)) !== wanted)
      throw new Retry('not_kept', `the policy ${denying.policy} is not what was written`);
  });
}

/** An end stays until the access was taken away, however long ago it was: without it, it would be there again. */
function isNeeded({ what, at }: Deny, now: Instant): boolean {
  return what === 'from' || !(secondsBetween(at, now) > LONGEST_SESSION_SECONDS);
}

async function readDenies(aws: Aws, { organizations, policy }: Denying): Promise<readonly Deny[]> {
  const { Policy } = await organizations.describePolicy({ PolicyId: policy }, aws.options);
  const denies = parseDenies(Policy?.Content ?? '', partitionOf(aws));
  if (Policy?.PolicySummary?.Type === 'SERVICE_CONTROL_POLICY' && denies !== undefined) return denies;
  throw new Blocked(
    'foreign_policy',
    `the policy ${policy} is not one that Hallpass writes alone, so it is left as it is`,
    'Give Hallpass a service control policy of its own, as docs/providers/aws-identity-center.md shows.',
  );
}

function full({ policy }: Denying): Blocked {
  return new Blocked(
    'deny_policy_full',
    `the policy ${policy} has no room for another end`,
    'Wait until others have been over for twelve hours, or take "deny_policy" out of the settings.',
  );
}

function partitionOf({ instance }: Aws): string {
  return instance.split(':')[1] ?? 'aws';
}

/** @throws Blocked where the policy does not reach the account, so that nothing would be denied. */
export async function refuseUnreached(aws: Aws, { account }: Assignment): Promise<void> {
  const { denying } = aws;
  if (denying === undefined) return;
  await readDenies(aws, denying);
  const { Organization } = await denying.organizations.describeOrganization({}, aws.options);
  if (Organization?.MasterAccountId === account)
    throw new Blocked(
      'management_account',
      `${account} is the management account, where service control policies deny nothing`,
      'Grant it through a target without "deny_policy", or not at all.',
    );
  const attached = await listAll(async (NextToken) => {
    const { Targets: items, NextToken: next } = await denying.organizations.listTargetsForPolicy(
      { PolicyId: denying.policy, NextToken },
      aws.options,
    );
    return { items, next };
  });
  const places = new Set(attached.map(({ TargetId }) => TargetId));
  for (let at: string | undefined = account; at !== undefined; at = await parentOf(aws, denying, at))
    if (places.has(at)) return;
  throw new Blocked(
    'deny_policy_elsewhere',
    `the policy ${denying.policy} is not attached to ${account}, nor to anything above it`,
    `Run: aws organizations attach-policy --policy-id ${denying.policy} --target-id ${account}`,
  );
}

/** Roots have none. */
async function parentOf(aws: Aws, { organizations }: Denying, ChildId: string): Promise<string | undefined> {
  if (ChildId.startsWith('r-')) return undefined;
  const { Parents = [] } = await organizations.listParents({ ChildId }, aws.options);
  return Parents[0]?.Id;
}
