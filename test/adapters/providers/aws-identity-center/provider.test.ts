import { readFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadClients } from '../../../../src/adapters/providers/aws-identity-center/session.js';
import { Blocked, Retry } from '../../../../src/ports/fault.js';
import type { Provider } from '../../../../src/ports/provider.js';
import { ACCESS_KEY, type FakeAws, startAws } from './fake.js';
import { MODELS } from './model.js';
import { NOTHING_DENIED } from './policy.js';
import { ACCOUNTS, ALICE, BOB, furnish, GROUPS, inGroup, now, onAccount, providerFor, SET } from './world.js';

let aws: FakeAws;
let provider: Provider;

beforeEach(async () => {
  aws = await startAws();
  furnish(aws);
  provider = await providerFor(aws);
});

afterEach(async () => {
  await provider.close?.();
  aws.close();
});

const fault = (call: Promise<unknown>): Promise<unknown> => call.catch((thrown: unknown) => thrown);
const grant = (holding = onAccount(ALICE), by = provider) => by.grant(holding, now, 'key');
const assigned = () => aws.state.assignments.map(({ PrincipalId }) => PrincipalId);
const assignToGroup = () =>
  aws.state.assignments.push({
    AccountId: ACCOUNTS[0],
    PermissionSetArn: aws.setArn(SET),
    PrincipalType: 'GROUP',
    PrincipalId: GROUPS[0],
  });
const addToGroup = (UserId: string) =>
  aws.state.memberships.set(crypto.randomUUID(), { GroupId: GROUPS[0], UserId });

describe('an assignment that AWS makes in the background', () => {
  it('may fail after the call succeeded, and then was not granted', async () => {
    aws.state.fails = 'yes';
    const error = await fault(grant());
    expect(error).toMatchObject({ fault: 'blocked', code: 'assignment_failed' });
    expect(String(error)).toContain('The account said no');
    expect((await provider.observe([onAccount(ALICE)])).held).toEqual([]);
  });

  it('was granted when the list says so, whatever its status', async () => {
    aws.state.fails = 'but-done';
    expect(await grant()).toMatchObject({ changed: true, preexisting: false });
    expect(assigned()).toEqual([ALICE]);
  });

  it('is not ended when its deletion fails after the call succeeded', async () => {
    const { receipt } = await grant();
    aws.state.fails = 'yes';
    expect(await fault(provider.revoke(onAccount(ALICE), receipt))).toMatchObject({
      code: 'deletion_failed',
    });
    expect((await provider.observe([onAccount(ALICE)])).held).toHaveLength(1);
    aws.state.fails = 'but-done';
    expect(await provider.revoke(onAccount(ALICE), receipt)).toEqual({ changed: true });
  });

  it('waits for its turn where another change is running', async () => {
    const [alice, bob] = [onAccount(ALICE), onAccount(BOB)];
    aws.state.slowness = 7;
    await Promise.all([grant(alice), grant(bob)]);
    expect(assigned().toSorted()).toEqual([ALICE, BOB]);
    await Promise.all([provider.revoke(alice, null), provider.revoke(bob, null)]);
    expect(assigned()).toEqual([]);
  });

  it('does not come to be after it was ended', async () => {
    aws.state.slowness = 30;
    aws.state.loses = 1;
    expect(await fault(grant())).toBeInstanceOf(Retry);
    expect(assigned()).toEqual([]);
    expect(await provider.revoke(onAccount(ALICE), null)).toEqual({ changed: true });
    expect([...aws.state.changes.values()].every(({ left }) => left <= 0)).toBe(true);
    expect(assigned()).toEqual([]);
  });

  it('is made again when it is still being deleted', async () => {
    await grant();
    Object.assign(aws.state, { slowness: 30, loses: 1 });
    expect(await fault(provider.revoke(onAccount(ALICE), null))).toBeInstanceOf(Retry);
    expect(assigned()).toEqual([ALICE]);
    expect(await grant()).toMatchObject({ changed: true });
    aws.settle();
    expect(assigned()).toEqual([ALICE]);
  });

  it('waits for no assignment of somebody else', async () => {
    aws.state.slowness = 1_000;
    aws.state.loses = 1;
    expect(await fault(grant(onAccount(BOB)))).toBeInstanceOf(Retry);
    expect(await provider.revoke(onAccount(ALICE), null)).toEqual({ changed: false });
    expect([...aws.state.changes.values()].every(({ left }) => left > 0)).toBe(true);
  });
});

it('says that something is given or taken only when that stays so, whatever AWS does meanwhile', async () => {
  const step = fc.record({
    verb: fc.constantFrom('grant', 'revoke'),
    slowness: fc.nat(5),
    fails: fc.constantFrom('no', 'no', 'yes', 'but-done'),
    loses: fc.nat(1),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 6 }), async (steps) => {
      for (const { verb, ...trouble } of steps) {
        Object.assign(aws.state, trouble);
        const call = verb === 'grant' ? grant() : provider.revoke(onAccount(ALICE), null);
        const result = await fault(call);
        Object.assign(aws.state, { fails: 'no', loses: 0 });
        if (result instanceof Error) continue;
        aws.settle();
        expect(assigned()).toEqual(verb === 'grant' ? [ALICE] : []);
      }
    }),
    { numRuns: 25 },
  );
});

describe('who is meant', () => {
  it('may be said by user name', async () => {
    const holding = onAccount('alice@example.com');
    await provider.preflight?.(holding);
    expect(await grant(holding)).toMatchObject({ receipt: { user: ALICE } });
    expect((await provider.observe([holding])).held).toMatchObject([{ holding }]);
    expect(await provider.revoke(holding, null)).toEqual({ changed: true });
  });

  it('is the same person at the end, whatever they are called by then', async () => {
    const holding = onAccount('alice@example.com');
    const { receipt } = await grant(holding);
    aws.state.users.set(ALICE, 'alice.smith@example.com').set(BOB, 'alice@example.com');
    await grant(onAccount(BOB));
    expect(await provider.revoke(holding, receipt)).toEqual({ changed: true });
    expect(assigned()).toEqual([BOB]);
  });

  it('can be somebody whose user was deleted', async () => {
    const { receipt } = await grant(onAccount('alice@example.com'));
    aws.state.users.delete(ALICE);
    expect(await fault(provider.revoke(onAccount('alice@example.com'), null))).toBeInstanceOf(Blocked);
    expect(await provider.revoke(onAccount('alice@example.com'), receipt)).toEqual({ changed: true });
  });
});

describe('a permission set that a group has', () => {
  it('is standing access of everybody in the group', async () => {
    assignToGroup();
    addToGroup(BOB);
    expect(await provider.observe([onAccount(ALICE)])).toEqual({
      complete: true,
      held: [{ holding: onAccount(BOB), managed: 'no' }],
    });
    expect(await grant(onAccount(BOB))).toMatchObject({ changed: false, preexisting: true });
    expect(await provider.revoke(onAccount(BOB), null)).toEqual({ changed: false });
  });

  it('is nothing that we began', async () => {
    aws.state.fails = 'yes';
    expect(await fault(grant())).toBeInstanceOf(Blocked);
    assignToGroup();
    addToGroup(ALICE);
    expect(await grant()).toMatchObject({ changed: false, preexisting: true });
  });

  it('remains when an assignment to the person ends', async () => {
    await grant();
    assignToGroup();
    addToGroup(ALICE);
    expect((await provider.observe([onAccount(ALICE)])).held).toMatchObject([{ managed: 'unknown' }]);
    expect(await provider.revoke(onAccount(ALICE), null)).toEqual({ changed: true });
    expect((await provider.observe([onAccount(ALICE)])).held).toMatchObject([{ managed: 'no' }]);
  });
});

describe('a group', () => {
  it('is refused where an identity provider would undo what is done', async () => {
    aws.state.groups.set(GROUPS[0], { name: 'from outside', external: true });
    for (const call of [provider.preflight?.(inGroup(ALICE)) ?? Promise.resolve(), grant(inGroup(ALICE))])
      expect(await fault(call)).toMatchObject({ fault: 'blocked', code: 'external_group' });
  });

  it('takes a person once, however many add them', async () => {
    const other = await providerFor(aws);
    const results = await Promise.all([grant(inGroup(ALICE)), grant(inGroup(ALICE), other)]);
    expect(results.map(({ changed }) => changed).toSorted()).toEqual([false, true]);
    expect(aws.state.memberships.size).toBe(1);
    await other.close?.();
  });

  it('has nobody in it once a list says that it is gone', async () => {
    await grant(inGroup(ALICE));
    aws.state.groups.delete(GROUPS[0]);
    expect(await provider.observe([inGroup(ALICE)])).toEqual({ complete: true, held: [] });
  });
});

it('takes for standing what somebody else gave after ours had ended', async () => {
  await grant(inGroup(ALICE));
  await provider.revoke(inGroup(ALICE), null);
  addToGroup(ALICE);
  expect(await grant(inGroup(ALICE))).toMatchObject({ changed: false, preexisting: true });
});

it('reads every page', async () => {
  aws.state.page = 1;
  assignToGroup();
  addToGroup(BOB);
  await grant(inGroup(ALICE));
  await grant(onAccount(ALICE));
  const { held } = await provider.observe([onAccount(ALICE), inGroup(ALICE)]);
  expect(held).toHaveLength(4);
});

it('finds what a catalog could name', async () => {
  aws.state.groups.set(GROUPS[1], { name: 'from outside', external: true });
  expect(await provider.discover?.()).toEqual([
    ...['ReadOnly', 'Admin'].flatMap((name, index) =>
      ACCOUNTS.map((account) => ({
        title: `${name} in account ${account}`,
        grant: { account, permission_set: [SET, 'ps-fedcba9876543210'][index] },
      })),
    ),
    { title: 'Group team 0', grant: { group: GROUPS[0] } },
  ]);
});

it.each([
  ['ThrottlingException', 'retry', 'limited'],
  ['InternalServerException', 'retry', 'unavailable'],
  ['AccessDeniedException', 'blocked', 'permission'],
  ['ExpiredTokenException', 'blocked', 'credentials'],
  ['ServiceQuotaExceededException', 'blocked', 'quota'],
  ['ResourceNotFoundException', 'blocked', 'not_found'],
  ['ValidationException', 'blocked', 'refused'],
])('knows what %s means', async (name, kind, code) => {
  aws.failWith('CreateAccountAssignment', name);
  expect(await fault(grant())).toMatchObject({ fault: kind, code });
});

it('takes what a proxy answers for no answer, and keeps none of the request', async () => {
  aws.state.covered = true;
  const calls = [
    () => provider.observe([onAccount(ALICE)]),
    grant,
    () => provider.revoke(onAccount(ALICE), null),
  ];
  for (const call of calls) {
    const error = await fault(call());
    expect(error).toBeInstanceOf(Retry);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(ACCESS_KEY);
  }
});

it('comes back when nobody is there', async () => {
  aws.close();
  expect(await fault(provider.observe([onAccount(ALICE)]))).toBeInstanceOf(Retry);
});

it('says what to install', async () => {
  const missing = Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' });
  expect(await fault(loadClients(() => Promise.reject(missing)))).toMatchObject({ code: 'missing_package' });
});

describe('the policies on its page', async () => {
  const page = await readFile(
    new URL('../../../../docs/providers/aws-identity-center.md', import.meta.url),
    'utf8',
  );
  const policies = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text ?? ''));
  const [assigning, nobody, delegation, denying] = policies as { Statement: { Action: string[] }[] }[];
  const actionsIn = (policy: typeof assigning) =>
    (policy?.Statement ?? []).flatMap(({ Action }) => Action).toSorted();
  const known = (prefixes: Readonly<Record<string, string>>) =>
    [...MODELS]
      .flatMap(([service, { operations }]) =>
        service in prefixes ? Object.keys(operations).map((name) => `${prefixes[service]}:${name}`) : [],
      )
      .toSorted();

  it('allow the calls that are made, and no more', () => {
    expect(policies).toHaveLength(4);
    expect(actionsIn(assigning)).toEqual(
      known({ SWBExternalService: 'sso', AWSIdentityStore: 'identitystore' }),
    );
    const organizations = known({ AWSOrganizationsV20161128: 'organizations' });
    expect(actionsIn(denying)).toEqual(organizations);
    expect(actionsIn(delegation)).toEqual(organizations);
  });

  it('begin with one that denies nobody anything', () => {
    expect(JSON.stringify(nobody)).toBe(NOTHING_DENIED);
  });
});
