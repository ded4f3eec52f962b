import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parsePolicy, withOurs, withoutOurs } from '../../../../src/adapters/providers/gcp-iam/policy.js';
import { addSeconds } from '../../../../src/core/time.js';
import type { Provider } from '../../../../src/ports/provider.js';
import type { Binding, FakeGoogle } from './fake.js';
import { ALICE, BOB, FOLDER, holding, now, PROJECT, providerFor, ROLE, startFurnished } from './world.js';

let google: FakeGoogle;
let provider: Provider;

beforeEach(async () => {
  google = await startFurnished();
  provider = await providerFor(google);
});
afterEach(() => google.close());

const until = addSeconds(now, 3_600);
const fault = (call: Promise<unknown>): Promise<unknown> => call.catch((thrown: unknown) => thrown);
const grant = (who = ALICE) => provider.grant(holding(who), until, 'key');
const limited = (text: string, more: Partial<Binding> = {}): Binding => ({
  role: ROLE,
  members: ['user:bob@example.com'],
  condition: { title: 'office hours', expression: text },
  ...more,
});

const THEIRS: readonly Binding[] = [
  { role: 'roles/owner', members: ['user:bob@example.com'] },
  { role: ROLE, members: ['group:eng@example.com'] },
  limited('request.time.getHours("Europe/Berlin") < 18', { members: ['user:alice@example.com'] }),
  limited('request.time < timestamp("2027-01-01T00:00:00Z")'),
  limited('resource.name.startsWith("projects/_/buckets/x")', { role: 'roles/storage.objectViewer' }),
];

describe('what others did', () => {
  beforeEach(() => google.edit(PROJECT, () => structuredClone([...THEIRS])));

  it('stays as it was through a grant and its end, conditions too', async () => {
    await grant();
    expect(google.bindings(PROJECT).slice(0, -1)).toEqual(THEIRS);
    await provider.revoke(holding(), null);
    expect(google.bindings(PROJECT)).toEqual(THEIRS);
  });

  it('is not erased when it was done between reading and writing', async () => {
    const more = { role: 'roles/pubsub.viewer', members: ['user:bob@example.com'] };
    google.state.meanwhile.push(() => google.edit(PROJECT, (all) => [...all, more]));
    expect(await grant()).toMatchObject({ changed: true });
    expect(google.bindings(PROJECT)).toContainEqual(more);
    google.state.meanwhile.push(() => google.edit(PROJECT, (all) => all.slice(1)));
    expect(await provider.revoke(holding(), null)).toEqual({ changed: true });
    expect(google.bindings(PROJECT)).toEqual([...THEIRS.slice(1), more]);
  });

  it('survives any mixture with what we do', async () => {
    const foreign = fc.record({
      role: fc.constantFrom(ROLE, 'roles/other'),
      member: fc.constantFrom('group:a@b.cd', 'group:c@d.ef'),
    });
    const step = fc.record({
      verb: fc.constantFrom('grant', 'revoke'),
      meanwhile: fc.array(foreign, { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 5 }), async (steps) => {
        google.edit(PROJECT, () => []);
        const expected = new Set<string>();
        for (const { verb, meanwhile } of steps) {
          google.state.meanwhile = meanwhile.map(({ role, member }) => () => {
            expected.add(`${role} ${member}`);
            google.edit(PROJECT, (all) => [...all, { role, members: [member] }]);
          });
          await (verb === 'grant' ? grant() : provider.revoke(holding(), null));
        }
        const left = google.bindings(PROJECT).filter(({ condition }) => condition === undefined);
        const found = left.flatMap(({ role, members }) => members.map((member) => `${role} ${member}`));
        expect(found.toSorted()).toEqual([...expected].toSorted());
      }),
      { numRuns: 25 },
    );
  });

  it('comes first for a while, but not for ever', async () => {
    const edit = () =>
      google.edit(PROJECT, (all) => [
        ...all,
        { role: `roles/r${all.length}`, members: ['user:bob@example.com'] },
      ]);
    google.state.meanwhile.push(edit, edit, edit, edit, edit);
    expect(await fault(grant())).toMatchObject({ fault: 'retry', code: 'conflict' });
    expect(google.bindings(PROJECT)).toHaveLength(THEIRS.length + 5);
    expect(await grant()).toMatchObject({ changed: true });
  });

  it('keeps what a policy has beside bindings', async () => {
    const policy = { bindings: [], auditConfigs: [{ service: 'allServices' }] };
    google.state.policies.set(PROJECT, { etag: 9, policy });
    await grant();
    expect(google.state.policies.get(PROJECT)?.policy.auditConfigs).toEqual(policy.auditConfigs);
  });

  it('is no standing access where it holds only under a condition', async () => {
    expect(await grant()).toMatchObject({ changed: true, preexisting: false });
    const { held } = await provider.observe([holding()]);
    expect(held.map((one) => [one.holding.subject, one.managed])).toEqual([
      ['group:eng@example.com', 'no'],
      ['user:alice@example.com (conditional)', 'no'],
      ['user:bob@example.com (conditional)', 'no'],
      [ALICE, 'yes'],
    ]);
  });

  it('is never written back without its etag', () => {
    expect(() => parsePolicy({ bindings: [] })).toThrow(/etag/);
    expect(() => parsePolicy({ etag: '', bindings: [] })).toThrow(/etag/);
    for (const bindings of [
      {},
      [{}],
      [{ role: 'r', members: 'all' }],
      [{ role: 'r', members: [], condition: {} }],
    ])
      expect(() => parsePolicy({ etag: 'x', bindings })).toThrow(/not known/);
  });

  it('may be without anybody', async () => {
    const empty = { role: ROLE } as Binding;
    google.state.policies.set(PROJECT, { etag: 9, policy: { bindings: [empty] } });
    expect(await provider.observe([holding()])).toMatchObject({ complete: true, held: [] });
  });

  it('is untouched whatever it is', () => {
    const condition = fc.record({
      title: fc.constantFrom('hallpass', 'other', ''),
      description: fc.constantFrom(undefined, '', BOB, 'on call'),
      expression: fc.constantFrom('true', 'request.time < timestamp("2000-01-01T00:00:00Z")'),
    });
    const binding = fc.record({
      role: fc.constantFrom(ROLE, 'roles/other'),
      members: fc.array(fc.constantFrom(`user:${ALICE}`, `user:${BOB}`), { maxLength: 2 }),
      condition: fc.option(condition, { nil: undefined }),
    });
    const ask = { subject: ALICE, resource: PROJECT, role: ROLE };
    fc.assert(
      fc.property(fc.array(binding), (bindings) => {
        const before = parsePolicy({ etag: 'x', bindings });
        const ours = ({ role, condition: by }: (typeof bindings)[number]) =>
          role === ROLE && by?.title === 'hallpass' && by.description === BOB && by.expression !== 'true';
        const after = withoutOurs(withOurs(before, ask, until), ask, now);
        expect(after.bindings).toEqual(bindings.filter((one) => !ours(one)));
      }),
    );
  });
});

describe('a binding of ours', () => {
  it('has to be in the policy that Google answers with', async () => {
    await provider.observe([holding()]);
    const other = { status: 200, body: { etag: 'BwX=', bindings: [] } };
    google.state.answers.push(other, other);
    expect(await fault(grant())).toMatchObject({ fault: 'blocked', code: 'not_granted' });
  });

  it('belongs to the person it was made for, whatever the account is called by then', async () => {
    await grant();
    google.state.people.add('alice.smith@example.com');
    google.edit(PROJECT, (all) => all.map((one) => ({ ...one, members: ['user:alice.smith@example.com'] })));
    expect((await provider.observe([holding()])).held).toMatchObject([
      { holding: holding(), managed: 'yes', until },
      { holding: { subject: 'user:alice.smith@example.com (conditional)' }, managed: 'no' },
    ]);
    expect(await provider.revoke(holding(), null)).toEqual({ changed: true });
    expect(google.bindings(PROJECT)).toEqual([]);
  });

  it('counts as long as it is there, and is mended when its condition was changed', async () => {
    await grant();
    google.edit(PROJECT, ([one]) => [{ ...one!, condition: { ...one!.condition!, expression: 'true' } }]);
    const [seen] = (await provider.observe([holding()])).held;
    expect(seen).toEqual({ holding: holding(), managed: 'yes' });
    expect(await grant()).toMatchObject({ changed: true, preexisting: false });
    expect((await provider.observe([holding()])).held).toMatchObject([{ until }]);
  });

  it('goes with the next of its role when it has long expired, and never early', async () => {
    await grant(BOB);
    google.state.now = addSeconds(until, 3_599);
    await provider.grant(holding(), addSeconds(until, 7_200), 'key');
    expect(google.bindings(PROJECT)).toHaveLength(2);
    google.state.now = addSeconds(until, 3_600);
    await provider.grant(holding(), addSeconds(until, 9_000), 'key');
    expect(google.bindings(PROJECT).map(({ members }) => members)).toEqual([['user:alice@example.com']]);
  });

  it('is one for a person and a role, however often it is prolonged', async () => {
    for (let hour = 1; hour <= 30; hour += 1)
      await provider.grant(holding(), addSeconds(now, hour * 3_600), 'key');
    expect(google.bindings(PROJECT)).toHaveLength(1);
  });

  it('stands in the way of nobody who has the role for good', async () => {
    await grant();
    google.edit(PROJECT, (all) => [...all, { role: ROLE, members: ['user:alice@example.com'] }]);
    expect((await provider.observe([holding()])).held).toMatchObject([{ managed: 'yes' }]);
    expect(await grant()).toMatchObject({ changed: false, preexisting: false });
    expect(await provider.revoke(holding(), null)).toEqual({ changed: true });
    expect((await provider.observe([holding()])).held).toEqual([{ holding: holding(), managed: 'no' }]);
  });
});

describe('tokens', () => {
  const tokenCalls = () => google.state.calls.filter((call) => call === 'POST /token').length;

  it('are asked for once while they are good', async () => {
    await provider.observe([holding()]);
    await provider.observe([holding()]);
    expect(tokenCalls()).toBe(1);
    google.state.now = addSeconds(now, 3_500);
    await provider.observe([holding()]);
    expect(tokenCalls()).toBe(2);
  });

  it('are asked for anew when one was refused', async () => {
    await provider.observe([holding()]);
    google.state.answers.push({ status: 401, body: {} });
    expect(await fault(provider.observe([holding()]))).toMatchObject({ code: 'credentials' });
    expect(await provider.observe([holding()])).toMatchObject({ complete: true });
    expect(tokenCalls()).toBe(2);
  });

  it('come from the machine where there is no key', async () => {
    const machine = await providerFor(google, {}, 'machine');
    expect(await machine.observe([holding()])).toMatchObject({ complete: true });
    expect(google.state.calls[0]).toBe('GET /metadata');
  });

  it('do not come from a machine that has no service account', async () => {
    const machine = await providerFor(google, {}, 'machine');
    google.state.answers.push({ status: 404, body: {} });
    expect(await fault(machine.observe([holding()]))).toMatchObject({
      fault: 'blocked',
      code: 'credentials',
    });
    google.state.flavor = 'something else that answers there';
    expect(await fault(machine.observe([holding()]))).toMatchObject({
      fault: 'blocked',
      code: 'credentials',
    });
  });

  it.each(['{}', 'no json', '[]', 'null'])('cannot be had with the key %s', async (key) => {
    expect(await fault(providerFor(google, { key }))).toMatchObject({ fault: 'blocked', code: 'settings' });
  });
});

it.each([
  [429, 'retry', 'limited'],
  [503, 'retry', 'unavailable'],
  [401, 'blocked', 'credentials'],
  [403, 'blocked', 'permission'],
  [404, 'blocked', 'not_found'],
  [400, 'blocked', 'refused'],
])('knows what %i means', async (status, kind, code) => {
  await provider.observe([holding()]);
  google.state.answers.push({ status, body: { error: { message: 'planted' } } });
  expect(await fault(grant())).toMatchObject({ fault: kind, code });
});

it('says who is not known', async () => {
  expect(await fault(grant('nobody@example.com'))).toMatchObject({ code: 'unknown_subject' });
});

it('sees the resources that it may read, and says that others are missing', async () => {
  google.state.forbidden.add(FOLDER);
  await grant();
  const seen = await provider.observe([holding(), holding(ALICE, FOLDER)]);
  expect(seen).toMatchObject({ complete: false, held: [{ holding: holding() }] });
  expect(await fault(provider.observe([holding(ALICE, FOLDER)]))).toMatchObject({ code: 'permission' });
});

it('finds what a catalog could name', async () => {
  google.edit(PROJECT, () => structuredClone([...THEIRS]));
  google.state.projects.push(
    { projectId: 'orders-prod', displayName: 'Orders', state: 'ACTIVE' },
    { projectId: 'gone', displayName: 'Gone', state: 'DELETE_REQUESTED' },
    { projectId: 'not-ours-to-see', displayName: 'Other', state: 'ACTIVE' },
  );
  expect(await provider.discover?.()).toEqual([
    { title: `${ROLE} in Orders`, grant: { resource: PROJECT, role: ROLE } },
    {
      title: 'roles/storage.objectViewer in Orders',
      grant: { resource: PROJECT, role: 'roles/storage.objectViewer' },
    },
  ]);
});
