import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Deny,
  parseDenies,
  renderDenies,
} from '../../../../src/adapters/providers/aws-identity-center/deny-policy.js';
import type { Holding } from '../../../../src/core/grant.js';
import { addSeconds, type Instant, instantOf } from '../../../../src/core/time.js';
import type { Provider } from '../../../../src/ports/provider.js';
import { DENY_POLICY, type FakeAws, startAws } from './fake.js';
import { NOTHING_DENIED } from './policy.js';
import {
  ACCOUNTS,
  ALICE,
  BOB,
  canUse,
  furnish,
  GROUPS,
  inGroup,
  now,
  onAccount,
  providerFor,
  SET,
} from './world.js';

let aws: FakeAws;
let provider: Provider;
let time: Instant;
const until = addSeconds(now, 3_600);
const alice = onAccount(ALICE);
const OTHER_SET = 'ps-fedcba9876543210';

beforeEach(async () => {
  aws = await startAws();
  furnish(aws);
  time = now;
  provider = await providerFor(aws, { deny_policy: DENY_POLICY }, { now: () => time });
});
afterEach(async () => {
  await provider.close?.();
  aws.close();
});

const grant = (holding: Holding = alice, end = until) => provider.grant(holding, end, 'key');
const fault = (work: Promise<unknown> | undefined): Promise<unknown> =>
  (work ?? Promise.resolve()).catch((thrown: unknown) => thrown);
const denies = () => parseDenies(aws.state.organization.content, 'aws') ?? [];
const shown = () => denies().map(({ user, what, at }) => [user, what, at]);
const usable = (holding: Holding, issuedAt: Instant, at: Instant = issuedAt) =>
  canUse(aws, holding, { issuedAt, at });
async function end(holding: Holding = alice) {
  await provider.revoke(holding, null);
  await provider.endSessions?.(holding);
}

describe('an end that AWS keeps', () => {
  it('is written before anything is assigned', async () => {
    await grant();
    const { calls } = aws.state;
    expect(calls.indexOf('UpdatePolicy')).toBeGreaterThan(-1);
    expect(calls.indexOf('UpdatePolicy')).toBeLessThan(calls.indexOf('CreateAccountAssignment'));
  });

  it('comes while Hallpass does not run, for what was begun before and after it', async () => {
    await grant();
    await provider.close?.();
    expect(usable(alice, now, addSeconds(until, -1))).toBe(true);
    expect(usable(alice, now, until)).toBe(false);
    expect(usable(alice, addSeconds(until, 86_400))).toBe(false);
  });

  it('is of one person, in one account, by one permission set', async () => {
    aws.state.sets.set(aws.setArn(OTHER_SET), 'OnlyRead');
    await grant();
    for (const other of [
      onAccount(BOB),
      onAccount(ALICE, ACCOUNTS[1]),
      onAccount(ALICE, ACCOUNTS[0], OTHER_SET),
    ])
      expect(usable(other, until)).toBe(true);
  });

  it('moves with the end of the grant, after a restart as well', async () => {
    await grant();
    provider = await providerFor(aws, { deny_policy: DENY_POLICY });
    expect(await grant(alice, addSeconds(until, 60))).toMatchObject({ changed: false, preexisting: false });
    expect(shown()).toEqual([[ALICE, 'from', addSeconds(until, 60)]]);
    expect((await provider.observe([alice])).held).toEqual([
      { holding: alice, managed: 'yes', until: addSeconds(until, 60) },
    ]);
  });

  it('is not lost when several are written at once', async () => {
    const all = [alice, onAccount(BOB), onAccount(ALICE, ACCOUNTS[1])];
    await Promise.all(all.map((holding) => grant(holding)));
    expect(denies()).toHaveLength(3);
    await Promise.all(all.map((holding) => end(holding)));
    expect(denies().map(({ what }) => what)).toEqual(['before', 'before', 'before']);
  });

  it('is not left by an assignment that failed', async () => {
    aws.state.fails = 'yes';
    expect(await fault(grant())).toMatchObject({ code: 'assignment_failed' });
    expect(aws.state.organization.content).toBe(NOTHING_DENIED);
  });

  it('is kept until the access was taken away, however long that takes', async () => {
    await grant();
    time = addSeconds(until, 30 * 86_400);
    await grant(onAccount(BOB), addSeconds(time, 60));
    expect(shown()).toContainEqual([ALICE, 'from', until]);
  });
});

describe('sessions', () => {
  it('that were begun before an early end are denied, and those of others are not', async () => {
    await grant();
    await grant(onAccount(BOB));
    time = addSeconds(now, 600);
    await end();
    expect(usable(alice, now, time)).toBe(false);
    expect(usable(alice, time)).toBe(false);
    expect(usable(onAccount(BOB), now, time)).toBe(true);
    expect(usable(onAccount(ALICE, ACCOUNTS[1]), now, time)).toBe(true);
  });

  it('that are begun under another grant of the same work, and the old ones still do not', async () => {
    await grant();
    time = addSeconds(now, 600);
    await end();
    time = addSeconds(time, 10);
    await grant();
    expect(usable(alice, time)).toBe(true);
    expect(usable(alice, now, time)).toBe(false);
    expect(shown()).toEqual([
      [ALICE, 'before', time],
      [ALICE, 'from', until],
    ]);
    await end();
    expect(shown()).toEqual([[ALICE, 'before', addSeconds(time, 60)]]);
  });

  it('are ended once: asking again denies nothing that was begun since', async () => {
    await grant();
    await end();
    const { content } = aws.state.organization;
    time = addSeconds(now, 3_600);
    expect(await provider.endSessions?.(alice)).toEqual({ ended: 0 });
    expect(aws.state.organization.content).toBe(content);
  });

  it('of a grant from before there was a policy are ended too', async () => {
    await (await providerFor(aws)).grant(alice, until, 'key');
    await end();
    expect(usable(alice, now)).toBe(false);
  });

  it('of who still has it through a group go on', async () => {
    await grant();
    aws.state.assignments.push({
      AccountId: ACCOUNTS[0],
      PermissionSetArn: aws.setArn(SET),
      PrincipalType: 'GROUP',
      PrincipalId: GROUPS[0],
    });
    aws.state.memberships.set(crypto.randomUUID(), { GroupId: GROUPS[0], UserId: ALICE });
    await end();
    expect(usable(alice, now, addSeconds(until, 1))).toBe(true);
    expect((await provider.observe([alice])).held).toMatchObject([{ managed: 'no' }]);
  });

  it('are no longer written about when none can be left', async () => {
    await grant();
    await end();
    time = addSeconds(now, 12 * 3_600 + 61);
    await grant(onAccount(BOB), addSeconds(time, 60));
    expect(shown()).toEqual([[BOB, 'from', addSeconds(time, 60)]]);
  });

  it('went with a permission set that is gone', async () => {
    await grant();
    aws.state.sets.delete(aws.setArn(SET));
    expect(await provider.endSessions?.(alice)).toEqual({ ended: 0 });
  });
});

describe('the policy', () => {
  it.each([
    [
      'has a statement of somebody else',
      (own: object[]) => [...own, { Effect: 'Deny', Action: 'iam:*', Resource: '*' }],
    ],
    ['has another condition', ([one]: object[]) => [{ ...one, Action: 's3:*' }]],
    ['has none of ours', () => [{ Sid: 'x', Effect: 'Allow', Action: '*', Resource: '*' }]],
  ])('that %s is left as it is', async (_what, change) => {
    await grant();
    const policy = JSON.parse(aws.state.organization.content);
    const content = JSON.stringify({ ...policy, Statement: change(policy.Statement) });
    aws.state.organization.content = content;
    const bob = onAccount(BOB);
    for (const work of [() => grant(bob), () => provider.preflight?.(bob), () => provider.endSessions?.(bob)])
      expect(await fault(work())).toMatchObject({ fault: 'blocked', code: 'foreign_policy' });
    expect(aws.state.organization.content).toBe(content);
  });

  it('of another type is none', async () => {
    aws.state.organization.type = 'TAG_POLICY';
    expect(await fault(grant())).toMatchObject({ fault: 'blocked', code: 'foreign_policy' });
  });

  it.each(['r-ab12', 'ou-ab12-11111111', ACCOUNTS[0]])('reaches an account from %s', async (place) => {
    aws.state.organization.attached.clear();
    aws.state.organization.attached.add(place);
    expect(await fault(provider.preflight?.(alice))).toBeUndefined();
  });

  it.each([[[]], [['ou-ab12-99999999', ACCOUNTS[1]]]])('does not reach it from %j', async (places) => {
    aws.state.organization.attached.clear();
    for (const place of places) aws.state.organization.attached.add(place);
    for (const work of [() => grant(), () => provider.preflight?.(alice)])
      expect(await fault(work())).toMatchObject({ fault: 'blocked', code: 'deny_policy_elsewhere' });
    expect(aws.state.assignments).toEqual([]);
  });

  it('denies nothing in the management account', async () => {
    Object.assign(aws.state.organization, { master: ACCOUNTS[0] });
    expect(await fault(grant())).toMatchObject({ fault: 'blocked', code: 'management_account' });
  });

  it('that is full takes no grant, and every end', async () => {
    const many = Array.from({ length: 40 }, (_, index) => ALICE.replace('aaaa', String(1_000 + index)));
    for (const user of many) aws.state.users.set(user, `user-${user}`);
    const results = [];
    for (const user of many) results.push(await fault(grant(onAccount(user))));
    const granted = results.filter((one) => !(one instanceof Error)).length;
    expect(granted).toBeGreaterThanOrEqual(12);
    expect(results.at(-1)).toMatchObject({ fault: 'blocked', code: 'deny_policy_full' });
    expect(aws.state.assignments).toHaveLength(granted);
    for (const user of many.slice(0, granted)) await end(onAccount(user));
    expect(aws.state.assignments).toEqual([]);
    expect(denies().filter(({ what }) => what === 'before')).toHaveLength(granted);
  });

  it('that is not kept makes no grant', async () => {
    aws.state.organization.forgetful = true;
    expect(await fault(grant())).toMatchObject({ fault: 'retry', code: 'not_kept' });
    expect(aws.state.assignments).toEqual([]);
  });

  it('that cannot be read keeps nothing from being taken away or seen', async () => {
    await grant();
    aws.failWith('DescribePolicy', 'AccessDeniedException');
    expect(await provider.observe([alice])).toMatchObject({ complete: true, held: [{ holding: alice }] });
    expect(await provider.revoke(alice, null)).toEqual({ changed: true });
    expect(await fault(provider.endSessions?.(alice))).toMatchObject({
      fault: 'blocked',
      code: 'permission',
    });
  });

  it('is nothing for groups', async () => {
    for (const work of [() => grant(inGroup(ALICE)), () => provider.preflight?.(inGroup(ALICE))])
      expect(await fault(work())).toMatchObject({ fault: 'blocked', code: 'no_groups' });
    await (await providerFor(aws)).grant(inGroup(ALICE), until, 'key');
    await end(inGroup(ALICE));
    expect(aws.state.memberships.size).toBe(0);
  });

  it('is read as it was written, whatever a permission set is called', () => {
    const text = (unit: string) => fc.stringMatching(new RegExp(`^${unit}$`));
    const deny: fc.Arbitrary<Deny> = fc.record({
      user: text('[0-9a-f-]{36}'),
      account: text('[0-9]{12}'),
      set: text('[\\w+=,.@-]{1,32}'),
      what: fc.constantFrom('from', 'before'),
      at: fc.integer({ min: 1_600_000_000, max: 2_000_000_000 }).map(instantOf),
    });
    fc.assert(
      fc.property(fc.array(deny, { maxLength: 5 }), (list) => {
        expect(parseDenies(renderDenies(list, 'aws-cn'), 'aws-cn')).toEqual(list);
      }),
    );
    expect(renderDenies([], 'aws')).toBe(NOTHING_DENIED);
  });

  it.each(['', '{}', '[]', '{"Statement":{}}', '{"Statement":[null]}', '{"Statement":[]}'])(
    'is never taken for ours when it is %s',
    (content) => {
      expect(parseDenies(content, 'aws')).toBeUndefined();
    },
  );
});
