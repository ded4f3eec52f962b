import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../../src/adapters/providers/deps.js';
import { addSeconds } from '../../../../src/core/time.js';
import { Blocked } from '../../../../src/ports/fault.js';
import type { Provider } from '../../../../src/ports/provider.js';
import { ADMIN_TOKEN, type FakeCluster, startFakeCluster } from './fake.js';
import { ALICE, holding, now, open, prepare, standing } from './harness.js';
import { adminOf, type Cluster, type Manifest } from './world.js';

const READER = { role: 'order-reader', namespace: 'shop' };
const alice = holding(ALICE, READER);
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

let fake: FakeCluster;
let cluster: Cluster;
let admin: ReturnType<typeof adminOf>;
let token: string;
let provider: Provider;

beforeEach(async () => {
  fake = await startFakeCluster();
  cluster = { url: fake.url, adminToken: ADMIN_TOKEN };
  admin = adminOf(cluster);
  token = await prepare(cluster);
  provider = await open(fake.url, { token });
  fake.calls.length = 0;
});
afterEach(() => fake.close());

const fault = (work: Promise<unknown> | undefined): Promise<unknown> =>
  (work ?? Promise.resolve()).catch((thrown: unknown) => thrown);
const ours = async (path = 'namespaces/shop/rolebindings') =>
  (await admin.list(path)).filter(({ metadata }) => metadata.name.startsWith('hallpass-'));
const writes = () => fake.calls.filter((call) => !call.startsWith('GET'));

/** Takes a verb out of a rule of the set-up. */
async function without(verb: string, resource: string): Promise<void> {
  for (const thing of fake.things.values())
    for (const rule of thing.metadata.name === 'hallpass' ? (thing.rules ?? []) : [])
      if (rule.resources?.includes(resource))
        Object.assign(rule, { verbs: rule.verbs.filter((one) => one !== verb) });
}

const role = (name: string, rules: object[]): Manifest => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: { name, namespace: 'shop' },
  rules,
});

describe('a binding', () => {
  it('says whose it is, until when, and gives the role to one user', async () => {
    await provider.grant(alice, now, 'key');
    const [binding] = await ours();
    expect(binding?.metadata.name).toMatch(/^hallpass-[0-9a-f]{64}$/);
    expect(binding).toMatchObject({
      metadata: {
        labels: { 'app.kubernetes.io/managed-by': 'hallpass' },
        annotations: { 'hallpass/expires-at': now },
      },
      roleRef: { kind: 'Role', name: 'order-reader' },
      subjects: [{ kind: 'User', name: ALICE }],
    });
  });

  it('is one for overlapping grants of the same holding, and says the later end', async () => {
    await provider.grant(alice, now, 'one');
    const later = addSeconds(now, 60);
    expect(await provider.grant(alice, later, 'two')).toMatchObject({ changed: false, preexisting: false });
    expect(await ours()).toMatchObject([{ metadata: { annotations: { 'hallpass/expires-at': later } } }]);
  });

  it.each([
    [
      'leads to another role',
      { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'order-writer' } },
    ],
    [
      'has somebody else in it as well',
      {
        subjects: [
          { kind: 'User', name: ALICE },
          { kind: 'User', name: 'mallory' },
        ],
      },
    ],
    ['has nobody in it', { subjects: undefined }],
  ])('of ours that %s is made anew', async (_what, change) => {
    await provider.grant(alice, now, 'key');
    for (const thing of fake.things.values())
      if (thing.metadata.name.startsWith('hallpass-')) Object.assign(thing, change);
    expect(await provider.grant(alice, now, 'key')).toMatchObject({ changed: true, preexisting: false });
    expect(await ours()).toMatchObject([{ roleRef: { name: 'order-reader' }, subjects: [{ name: ALICE }] }]);
    expect((await ours())[0]?.subjects).toHaveLength(1);
  });

  it('that a webhook changes is removed', async () => {
    fake.odd.alters = (body) =>
      body.kind === 'RoleBinding'
        ? { ...body, subjects: [{ kind: 'Group', name: 'system:authenticated' }] }
        : body;
    expect(await fault(provider.grant(alice, now, 'key'))).toMatchObject({
      fault: 'blocked',
      code: 'altered',
    });
    expect(await ours()).toEqual([]);
  });

  it('is deleted by its uid, never one that was made anew meanwhile', async () => {
    await provider.grant(alice, now, 'key');
    fake.odd.remakes = true;
    expect(await fault(provider.revoke(alice, null))).toMatchObject({ fault: 'retry', code: 'conflict' });
    expect(await ours()).toHaveLength(1);
    fake.odd.remakes = false;
    expect(await provider.revoke(alice, null)).toEqual({ changed: true });
  });

  it('that is not found by its name is looked for in the list', async () => {
    await provider.grant(alice, now, 'key');
    fake.odd.misses = true;
    expect(await provider.revoke(alice, null)).toEqual({ changed: true });
    expect(await ours()).toEqual([]);
  });

  it('is not touched again while nothing changes', async () => {
    await provider.grant(alice, now, 'key');
    fake.calls.length = 0;
    await provider.grant(alice, now, 'key');
    expect(writes()).toEqual([]);
  });

  it('to a cluster role of the same name is another thing', async () => {
    await admin.apply(standing(ALICE, { cluster_role: 'order-reader', namespace: 'shop' }));
    expect((await provider.observe([alice])).held).toEqual([]);
    expect(await provider.grant(alice, now, 'key')).toMatchObject({ changed: true, preexisting: false });
  });

  it('leaves what the same person has by another one', async () => {
    await provider.grant(alice, now, 'key');
    await admin.apply(standing(ALICE, READER));
    expect((await provider.observe([alice])).held).toMatchObject([{ managed: 'yes' }]);
    expect(await provider.revoke(alice, null)).toEqual({ changed: true });
    expect((await provider.observe([alice])).held).toMatchObject([{ holding: alice, managed: 'no' }]);
  });
});

describe('a role', () => {
  it('that is not there is not bound', async () => {
    const ghost = holding(ALICE, { role: 'ghost', namespace: 'shop' });
    await without('nothing', 'roles');
    for (const thing of fake.things.values())
      for (const rule of thing.metadata.name === 'hallpass' ? (thing.rules ?? []) : [])
        Object.assign(rule, { resourceNames: undefined });
    for (const work of [provider.grant(ghost, now, 'key'), provider.preflight?.(ghost)])
      expect(await fault(work)).toMatchObject({ fault: 'blocked', code: 'unknown_role' });
    expect(writes()).toEqual([]);
  });

  it.each([
    [[{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }], true],
    [[{ apiGroups: [''], resources: ['serviceaccounts'], verbs: ['impersonate'] }], true],
    [[{ apiGroups: [''], resources: ['serviceaccounts'], verbs: ['*'] }], true],
    [[{ apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] }], true],
    [[{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['rolebindings'], verbs: ['create'] }], true],
    [[{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['get', 'bind'] }], true],
    [
      [{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['rolebindings'], verbs: ['get', 'list'] }],
      false,
    ],
    [[{ apiGroups: [''], resources: ['pods'], verbs: ['*'] }], false],
    [[{ nonResourceURLs: ['*'], verbs: ['*'] }], false],
    [[], false],
  ])('with the rules %j gives rights on: %s', async (rules, escalates) => {
    await admin.call('DELETE', `${RBAC}/namespaces/shop/roles/order-reader`);
    await admin.apply(role('order-reader', rules));
    const works = [() => provider.preflight?.(alice), () => provider.grant(alice, now, 'key')];
    for (const work of works) {
      const result = await fault(work());
      if (escalates) expect(result).toMatchObject({ fault: 'blocked', code: 'escalating_role' });
      else expect(result).not.toBeInstanceOf(Blocked);
    }
    const allowed = await open(fake.url, { token, escalating_roles: 'allowed' });
    expect(await allowed.grant(alice, now, 'key')).toMatchObject({ preexisting: false });
  });
});

describe('what is missing in the set-up', () => {
  it.each([
    ['bind', 'roles', 'no_bind', /verb bind/],
    ['get', 'roles', 'forbidden', /verb get on roles in the namespace shop/],
    ['create', 'rolebindings', 'forbidden', /verb create on rolebindings in the namespace shop/],
    ['delete', 'rolebindings', 'forbidden', /verb delete on rolebindings in the namespace shop/],
    ['list', 'rolebindings', 'forbidden', /verb list on rolebindings in the namespace shop/],
    ['patch', 'rolebindings', 'forbidden', /verb patch on rolebindings in the namespace shop/],
    ['get', 'rolebindings', 'forbidden', /verb get on rolebindings in the namespace shop/],
  ])('%s on %s is said before anything is granted', async (verb, resource, code, unblock) => {
    await without(verb, resource);
    expect(await fault(provider.preflight?.(alice))).toMatchObject({
      fault: 'blocked',
      code,
      unblock: expect.stringMatching(unblock),
    });
    expect(await ours()).toEqual([]);
  });

  it('is a namespace that is not there', async () => {
    const nowhere = holding(ALICE, { cluster_role: 'pod-viewer', namespace: 'nowhere' });
    expect(await fault(provider.preflight?.(nowhere))).toBeInstanceOf(Blocked);
  });
});

describe('looking', () => {
  it('reads lists to the last page, and begins again when the server forgot', async () => {
    fake.odd.pageSize = 1;
    await provider.grant(alice, now, 'key');
    await admin.apply(standing('bob', READER));
    expect((await provider.observe([alice])).held).toHaveLength(2);
    fake.odd.forgets = 1;
    expect((await provider.observe([alice])).held).toHaveLength(2);
    fake.odd.forgets = 2;
    expect(await fault(provider.observe([alice]))).toMatchObject({ fault: 'retry', code: 'expired' });
  });

  it('lists service accounts and groups by names that are no users', async () => {
    const manifest = standing('x', READER);
    await admin.apply({
      ...manifest,
      subjects: [
        { kind: 'ServiceAccount', name: 'builder', namespace: 'ci' },
        { kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'developers' },
      ],
    });
    expect((await provider.observe([alice])).held.map((one) => one.holding.subject)).toEqual([
      'system:serviceaccount:ci:builder',
      'group:developers',
    ]);
  });

  it('is partial when one of several namespaces refuses', async () => {
    await provider.grant(alice, now, 'key');
    const elsewhere = holding(ALICE, { cluster_role: 'pod-viewer', namespace: 'elsewhere' });
    expect(await provider.observe([alice, elsewhere])).toMatchObject({
      complete: false,
      held: [{ holding: alice }],
    });
    expect(await fault(provider.observe([elsewhere]))).toMatchObject({ code: 'forbidden' });
  });

  it('never calls missing what a 404 hides', async () => {
    await provider.grant(alice, now, 'key');
    const broken = await open(`${fake.url}/proxy`, { token });
    for (const work of [broken.observe([alice]), broken.revoke(alice, null)])
      expect(await fault(work)).toMatchObject({ fault: 'blocked', code: 'not_found' });
  });
});

describe('the token', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hallpass-test-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('is read again from its file at every call', async () => {
    const file = join(dir, 'token');
    await writeFile(file, 'an old one\n');
    const renewed = await open(fake.url, { token_file: file });
    expect(await fault(renewed.observe([alice]))).toMatchObject({ code: 'credentials' });
    await writeFile(file, `${token}\n`);
    expect(await renewed.observe([alice])).toMatchObject({ complete: true });
    await rm(file);
    expect(await fault(renewed.observe([alice]))).toMatchObject({ fault: 'blocked', code: 'credentials' });
  });

  it.each([{}, { token: 'a', token_file: '/a' }])(
    'comes one way and not two: %j',
    async (connection: Connection) => {
      expect(await fault(open(fake.url, connection))).toMatchObject({ code: 'settings' });
    },
  );
});

describe('discovering', () => {
  it('lists roles of namespaces that are not the cluster’s own', async () => {
    await admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } });
    const own = role('own', []);
    await admin.apply({ ...own, metadata: { name: 'own', namespace: 'kube-system' } });
    const asAdmin = await open(fake.url, { token: ADMIN_TOKEN });
    expect((await asAdmin.discover?.())?.map(({ grant }) => grant)).toEqual([
      { role: 'hallpass', namespace: 'shop' },
      { role: 'order-reader', namespace: 'shop' },
      { role: 'order-writer', namespace: 'shop' },
    ]);
  });
});
