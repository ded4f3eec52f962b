import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kind } from '../../../../src/adapters/providers/entra/kind.js';
import { addSeconds } from '../../../../src/core/time.js';
import { Blocked, Retry } from '../../../../src/ports/fault.js';
import type { Provider } from '../../../../src/ports/provider.js';
import type { FakeEntra } from './fake.js';
import {
  ALICE,
  BOB,
  byPim,
  CERTIFICATE,
  GROUPS,
  group,
  inGroup,
  now,
  providerFor,
  startFurnished,
} from './world.js';

let entra: FakeEntra;
let provider: Provider;

beforeEach(async () => {
  entra = await startFurnished();
  provider = await providerFor(entra);
});
afterEach(() => entra.close());

const until = addSeconds(now, 3_600);
const fault = (call: Promise<unknown> | undefined): Promise<unknown> =>
  (call ?? Promise.resolve()).catch((thrown: unknown) => thrown);
const grant = (holding = inGroup(ALICE), end = until) => provider.grant(holding, end, '2026/11/alice#dba');
const members = () => [...(entra.state.members.get(GROUPS[0]) ?? [])];
const join = (...users: string[]) => entra.state.members.set(GROUPS[0], new Set(users));

describe('a membership', () => {
  it('is taken away, and never the person with it', async () => {
    const { receipt } = await grant();
    expect(await provider.revoke(inGroup(ALICE), receipt)).toEqual({ changed: true });
    expect(entra.state.users.has(ALICE)).toBe(true);
    const deletes = entra.state.calls.filter((call) => call.startsWith('DELETE'));
    expect(deletes).toEqual([`DELETE /v1.0/groups/${GROUPS[0]}/members/${ALICE}/$ref`]);
  });

  it('does not come to be after it was ended, however late lists are', async () => {
    entra.state.losing = true;
    expect(await fault(grant())).toBeInstanceOf(Retry);
    entra.state.unseen.add(ALICE);
    expect((await provider.observe([inGroup(ALICE)])).held).toEqual([]);
    expect(await provider.revoke(inGroup(ALICE), null)).toEqual({ changed: true });
    expect(members()).toEqual([]);
  });

  it('that is there and not listed yet is no fault', async () => {
    join(ALICE);
    entra.state.unseen.add(ALICE);
    expect(await grant()).toMatchObject({ changed: false, preexisting: false });
  });

  it('is not taken for there because something else was refused', async () => {
    entra.state.answers.push(
      { status: 200, body: { access_token: 'token-1', expires_in: 3_599 } },
      { status: 200, body: { id: ALICE } },
      { status: 200, body: group(GROUPS[0]) },
      { status: 200, body: { value: [] } },
      { status: 200, body: { value: [] } },
      { status: 400, body: { error: { code: 'Request_BadRequest', message: 'The group is full' } } },
    );
    expect(await fault(grant())).toMatchObject({ fault: 'blocked', code: 'refused' });
    entra.state.members.set(GROUPS[1], new Set([ALICE]));
    join(GROUPS[1]);
    expect(await grant()).toMatchObject({ changed: false, preexisting: true });
  });

  it('through a group in the group is standing access', async () => {
    entra.state.members.set(GROUPS[1], new Set([ALICE]));
    join(GROUPS[1], BOB);
    expect(await provider.observe([inGroup(ALICE)])).toMatchObject({
      held: [
        { holding: inGroup(BOB), managed: 'unknown' },
        { holding: inGroup(ALICE), managed: 'no' },
      ],
    });
    expect(await grant()).toMatchObject({ changed: false, preexisting: true });
  });

  it('that somebody else gave after ours had ended is theirs', async () => {
    await grant();
    await provider.revoke(inGroup(ALICE), null);
    join(ALICE);
    expect(await grant()).toMatchObject({ changed: false, preexisting: true });
  });

  it.each([
    ['dynamic_group', { groupTypes: ['DynamicMembership'] }],
    ['synchronised_group', { onPremisesSyncEnabled: true }],
    ['mail_group', { mailEnabled: true }],
  ])('cannot be had in a %s', async (code, more) => {
    entra.state.groups.set(GROUPS[0], group(GROUPS[0], more));
    for (const holding of [inGroup(ALICE), byPim(ALICE)]) {
      expect(await fault(provider.preflight?.(holding))).toMatchObject({ fault: 'blocked', code });
      expect(await fault(grant(holding))).toMatchObject({ fault: 'blocked', code });
    }
    expect(entra.state.bodies).toEqual([]);
  });

  it('can be had in a Microsoft 365 group', async () => {
    entra.state.groups.set(GROUPS[0], group(GROUPS[0], { mailEnabled: true, groupTypes: ['Unified'] }));
    expect(await grant()).toMatchObject({ changed: true });
  });
});

describe('an assignment by Privileged Identity Management', () => {
  it('ends by itself, and only that form does', () => {
    expect(kind.nativeExpiryOf?.(byPim(ALICE).grant)).toBe('enforced');
    expect(kind.nativeExpiryOf?.(inGroup(ALICE).grant)).toBe('none');
  });

  it('says until when, and for which grant', async () => {
    await grant(byPim(ALICE));
    expect(entra.state.bodies).toEqual([
      {
        accessId: 'member',
        action: 'adminAssign',
        groupId: GROUPS[0],
        principalId: ALICE,
        justification: 'Granted by Hallpass: 2026/11/alice#dba',
        scheduleInfo: { startDateTime: now, expiration: { type: 'afterDateTime', endDateTime: until } },
      },
    ]);
  });

  it('is ended later when it is too young', async () => {
    await grant(byPim(ALICE));
    entra.state.guardsYoung = true;
    const error = await fault(provider.revoke(byPim(ALICE), null));
    expect(error).toMatchObject({ fault: 'retry', code: 'too_young', after: 60 });
    entra.state.now = addSeconds(now, 300);
    expect(await provider.revoke(byPim(ALICE), null)).toEqual({ changed: true });
  });

  it('that is not listed yet is waited for, and ended all the same', async () => {
    await grant(byPim(ALICE));
    entra.state.unseen.add(ALICE);
    expect(await fault(grant(byPim(ALICE)))).toMatchObject({ fault: 'retry', code: 'not_shown_yet' });
    expect(await provider.revoke(byPim(ALICE), null)).toEqual({ changed: true });
    expect(entra.state.assignments).toEqual([]);
  });

  it.each([
    ['has no end', { endDateTime: null }],
    ['was activated', { assignmentType: 'Activated' }],
    ['comes through a group', { memberType: 'Group' }],
  ])('of somebody else, which %s, is standing access', async (_, more) => {
    entra.state.assignments.push({
      groupId: GROUPS[0],
      principalId: ALICE,
      accessId: 'member',
      assignmentType: 'Assigned',
      memberType: 'Direct',
      startDateTime: now,
      endDateTime: until,
      ...more,
    });
    expect((await provider.observe([byPim(ALICE)])).held).toMatchObject([{ managed: 'no' }]);
    expect(await grant(byPim(ALICE))).toMatchObject({ changed: false, preexisting: true });
    expect(await provider.revoke(byPim(ALICE), null)).toEqual({ changed: false });
    expect(entra.state.bodies).toEqual([]);
  });

  it('that goes on beside an activated one is still ours', async () => {
    await grant(byPim(ALICE));
    const [ours] = entra.state.assignments;
    entra.state.assignments.push({ ...ours!, assignmentType: 'Activated', memberType: 'Group' });
    expect((await provider.observe([byPim(ALICE)])).held).toMatchObject([{ managed: 'unknown', until }]);
    expect(await provider.revoke(byPim(ALICE), null)).toEqual({ changed: true });
  });

  it('of an owner makes nobody a member', async () => {
    entra.state.assignments.push({
      groupId: GROUPS[0],
      principalId: ALICE,
      accessId: 'owner',
      assignmentType: 'Assigned',
      memberType: 'Direct',
      startDateTime: now,
      endDateTime: null,
    });
    expect((await provider.observe([byPim(ALICE)])).held).toEqual([]);
  });

  it.each(['Denied', 'Failed', 'PendingApproval'])('that is left %s was not granted', async (status) => {
    await provider.observe([byPim(ALICE)]);
    entra.state.answers.push(
      { status: 200, body: { id: ALICE } },
      { status: 200, body: group(GROUPS[0]) },
      { status: 200, body: group(GROUPS[0]) },
      { status: 200, body: { value: [] } },
      { status: 201, body: { status } },
    );
    expect(await fault(grant(byPim(ALICE)))).toMatchObject({ fault: 'blocked', code: 'assignment_failed' });
  });
});

describe('who is meant', () => {
  it('may be said by user principal name', async () => {
    const holding = inGroup('alice@example.com');
    expect(await grant(holding)).toMatchObject({ receipt: { user: ALICE } });
    expect((await provider.observe([holding])).held).toMatchObject([{ holding }]);
  });

  it('is the same person at the end, whatever they are called by then', async () => {
    const holding = inGroup('alice@example.com');
    const { receipt } = await grant(holding);
    entra.state.users.set(ALICE, 'alice.smith@example.com').set(BOB, 'alice@example.com');
    join(ALICE, BOB);
    expect(await provider.revoke(holding, receipt)).toEqual({ changed: true });
    expect(members()).toEqual([BOB]);
  });

  it('is spelled exactly', async () => {
    expect(await fault(grant(inGroup('bob@example.com')))).toMatchObject({ code: 'unknown_subject' });
    expect(await grant(inGroup('Bob@example.com'))).toMatchObject({ receipt: { user: BOB } });
  });
});

describe('pages', () => {
  it('are read to the last', async () => {
    const users = Array.from({ length: 5 }, (_, index) => `11111111-0000-4000-8000-00000000001${index}`);
    for (const id of users) entra.state.users.set(id, `${id}@example.com`);
    join(...users);
    expect((await provider.observe([inGroup(ALICE)])).held).toHaveLength(5);
  });

  it.each(['https://evil.example/v1.0/groups', 'not an address', 7])(
    'are not fetched from %s',
    async (next) => {
      entra.state.answers.push(
        { status: 200, body: { access_token: 'token-1', expires_in: 3_599 } },
        { status: 200, body: { value: [], '@odata.nextLink': next } },
      );
      expect(await fault(provider.observe([inGroup(ALICE)]))).toMatchObject({ code: 'foreign_page' });
    },
  );

  it('are not empty where there is no list', async () => {
    await provider.observe([inGroup(ALICE)]);
    entra.state.answers.push({ status: 200, body: {} });
    expect(await fault(provider.observe([inGroup(ALICE)]))).toMatchObject({
      fault: 'retry',
      code: 'no_list',
    });
  });
});

describe('tokens', () => {
  it('are asked for anew when one was refused', async () => {
    await provider.observe([inGroup(ALICE)]);
    entra.state.answers.push({ status: 401, body: {} });
    expect(await fault(provider.observe([inGroup(ALICE)]))).toMatchObject({ code: 'credentials' });
    expect(await provider.observe([inGroup(ALICE)])).toMatchObject({ complete: true });
    expect(entra.state.tokens).toBe(2);
  });

  it('are given to a certificate', async () => {
    const other = await providerFor(entra, {}, { certificate: CERTIFICATE });
    expect(await other.observe([inGroup(ALICE)])).toMatchObject({ complete: true });
    await other.observe([inGroup(ALICE)]);
    expect(entra.state.tokens).toBe(1);
    entra.state.now = addSeconds(now, 3_500);
    await other.observe([inGroup(ALICE)]);
    expect(entra.state.tokens).toBe(2);
  });

  it('are given to no certificate with the key of another', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const other = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const certificate = `${other}${CERTIFICATE.slice(CERTIFICATE.indexOf('-----BEGIN CERTIFICATE'))}`;
    expect(await fault(providerFor(entra, {}, { certificate }))).toMatchObject({ code: 'settings' });
  });

  it.each([
    {},
    { certificate: 'no PEM' },
    { certificate: CERTIFICATE.replace(/-+BEGIN PRIVATE[\s\S]*?END PRIVATE KEY-+/, '') },
  ])('need a proof, which %j is not', async (proof) => {
    expect(await fault(providerFor(entra, {}, proof))).toMatchObject({ fault: 'blocked', code: 'settings' });
  });
});

it.each([
  [429, '', 'retry', 'limited'],
  [503, '', 'retry', 'unavailable'],
  [409, '', 'retry', 'conflict'],
  [400, 'RoleAssignmentRequestExists', 'retry', 'conflict'],
  [401, '', 'blocked', 'credentials'],
  [403, '', 'blocked', 'permission'],
  [400, '', 'blocked', 'refused'],
])('knows what %i %s means', async (status, code, what, name) => {
  await provider.observe([inGroup(ALICE)]);
  entra.state.answers.push({ status, body: { error: { code, message: 'planted' } } });
  expect(await fault(provider.revoke(inGroup(ALICE), null))).toMatchObject({ fault: what, code: name });
});

describe('a group that is not found', () => {
  beforeEach(async () => {
    await grant();
    await grant(byPim(ALICE));
    entra.state.groups.delete(GROUPS[0]);
  });

  it.each([
    ['could be restored', [GROUPS[0]], false],
    ['might be restored, for all we may know', undefined, false],
    ['is gone for good', [GROUPS[1]], true],
  ])('%s', async (_, deleted, complete) => {
    entra.state.deleted = deleted;
    for (const holding of [inGroup(ALICE), byPim(ALICE)])
      expect(await provider.observe([holding])).toMatchObject({ complete, held: [] });
    expect(await fault(grant())).toBeInstanceOf(Blocked);
  });

  it('may only just have come to be', async () => {
    entra.state.deleted = [];
    await provider.observe([inGroup(ALICE)]);
    entra.state.groups.set(GROUPS[0], group(GROUPS[0]));
    const missing = {
      status: 404,
      body: { error: { code: 'Request_ResourceNotFound', message: 'planted' } },
    };
    entra.state.answers.push(missing);
    expect(await provider.observe([inGroup(ALICE)])).toMatchObject({ complete: false });
  });
});

it('finds what a catalog could name', async () => {
  entra.state.groups.set(GROUPS[1], group(GROUPS[1], { groupTypes: ['DynamicMembership'] }));
  expect(await provider.discover?.()).toEqual([{ title: 'Group team 1', grant: { group: GROUPS[0] } }]);
});
