import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addSeconds } from '../../../../src/core/time.js';
import { Blocked } from '../../../../src/ports/fault.js';
import type { Provider } from '../../../../src/ports/provider.js';
import { startWay } from '../../http/way.js';
import { ALICE, holding, now, open, oursOf, prepare, READER, standing } from './harness.js';
import { describeOnClusters, type Running } from './servers.js';
import { adminOf, type Manifest } from './world.js';

const alice = holding(ALICE, READER);
const fault = (work: Promise<unknown> | undefined): Promise<unknown> =>
  (work ?? Promise.resolve()).catch((thrown: unknown) => thrown);

const role = (name: string, rules: object[], namespace = 'shop'): Manifest => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: { name, namespace },
  rules,
});

const BINDING = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' };

interface Rule {
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
}

await describeOnClusters('bindings', (server) => {
  let running: Running;
  let way: Awaited<ReturnType<typeof startWay>>;
  let admin: ReturnType<typeof adminOf>;
  let token: string;
  let provider: Provider;

  beforeEach(async () => {
    running = await server.start();
    way = await startWay(running.cluster);
    admin = adminOf(running.cluster);
    token = await prepare(running.cluster);
    provider = await open(way.url, { token });
    way.calls.length = 0;
  });
  afterEach(async () => {
    await way.close();
    await running.close();
  });

  const ours = () => oursOf(admin);
  const writes = () => way.calls.filter((call) => !call.startsWith('GET'));

  /** The rules of the set-up in a namespace, each as it is to be. */
  async function changeRules(change: (rule: Rule) => Rule): Promise<void> {
    const [own] = (await admin.list('namespaces/shop/roles')).filter(
      ({ metadata }) => metadata.name === 'hallpass',
    );
    await admin.replace(role('hallpass', ((own?.rules ?? []) as Rule[]).map(change)));
    await admin.settled();
  }

  const without = (verb: string, resource: string) =>
    changeRules((rule) =>
      rule.resources.includes(resource) ? { ...rule, verbs: rule.verbs.filter((one) => one !== verb) } : rule,
    );

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
      for (const {
        metadata: { name, namespace = '' },
        ...binding
      } of await ours())
        await admin.replace({ ...binding, metadata: { name, namespace }, ...change, ...BINDING });
      expect(await provider.grant(alice, now, 'key')).toMatchObject({ changed: true, preexisting: false });
      expect(await ours()).toMatchObject([
        { roleRef: { name: 'order-reader' }, subjects: [{ name: ALICE }] },
      ]);
      expect((await ours())[0]?.subjects).toHaveLength(1);
    });

    it('is not touched again while nothing changes', async () => {
      await provider.grant(alice, now, 'key');
      way.calls.length = 0;
      await provider.grant(alice, now, 'key');
      expect(writes()).toEqual([]);
    });

    it('is known again though the server writes its keys in another order', async () => {
      await provider.grant(alice, now, 'key');
      const [binding] = await ours();
      const [subject = {}] = (binding?.subjects ?? []) as object[];
      // The trap: it was written with the group first.
      expect(Object.keys(subject)).toEqual(['kind', 'apiGroup', 'name']);
      expect(await provider.grant(alice, now, 'key')).toMatchObject({ changed: false, preexisting: false });
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
      await changeRules(({ resourceNames: _names, ...rule }) => rule);
      way.calls.length = 0;
      for (const work of [() => provider.grant(ghost, now, 'key'), () => provider.preflight?.(ghost)])
        expect(await fault(work())).toMatchObject({ fault: 'blocked', code: 'unknown_role' });
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
      [[], false],
    ])('with the rules %j gives rights on: %s', async (rules, escalates) => {
      await admin.replace(role('order-reader', rules));
      const works = [() => provider.preflight?.(alice), () => provider.grant(alice, now, 'key')];
      for (const work of works) {
        const result = await fault(work());
        if (escalates) expect(result).toMatchObject({ fault: 'blocked', code: 'escalating_role' });
        else expect(result).not.toBeInstanceOf(Blocked);
      }
      const allowed = await open(way.url, { token, escalating_roles: 'allowed' });
      expect(await allowed.grant(alice, now, 'key')).toMatchObject({ preexisting: false });
    });

    it('of the cluster gives no rights on by what is no resource', async () => {
      await admin.replace({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'pod-viewer' },
        rules: [{ nonResourceURLs: ['*'], verbs: ['*'] }],
      });
      const viewer = holding(ALICE, { cluster_role: 'pod-viewer', namespace: 'shop' });
      expect(await provider.grant(viewer, now, 'key')).toMatchObject({ changed: true });
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
  });

  describe('discovering', () => {
    it('lists roles of namespaces that are not the cluster’s own', async () => {
      await admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } });
      await admin.apply(role('own', [], 'kube-system'));
      const asAdmin = await open(way.url, { token: running.cluster.adminToken });
      expect((await asAdmin.discover?.())?.map(({ grant }) => grant)).toEqual([
        { role: 'hallpass', namespace: 'shop' },
        { role: 'order-reader', namespace: 'shop' },
        { role: 'order-writer', namespace: 'shop' },
      ]);
    });
  });
});
