import type { Connection } from '../../../../src/adapters/providers/deps.js';
import { kind } from '../../../../src/adapters/providers/kubernetes/kind.js';
import { createProvider } from '../../../../src/adapters/providers/kubernetes/provider.js';
import type { Coordinates, Holding } from '../../../../src/core/grant.js';
import type { Instant } from '../../../../src/core/time.js';
import type { Provider } from '../../../../src/ports/provider.js';
import type { ContractCase, ProviderHarness } from '../../../contracts/provider-contract.js';
import { startWay } from '../../http/way.js';
import type { Running } from './servers.js';
import { adminOf, type Cluster, type Manifest, READS, roleManifests, setUp } from './world.js';

export const now = '2026-11-22T12:00:00Z' as Instant;
export const ALICE = 'alice@example.com';
export const READER = { role: 'order-reader', namespace: 'shop' };
const PEOPLE = [ALICE, 'https://issuer.example.com#bob'];
const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };

export function open(url: string, connection: Connection): Promise<Provider> {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  return createProvider({ url, ...connection }, { target: 'shop', clock: { now: () => now }, log });
}

export const holding = (subject: string, grant: Coordinates): Holding => ({ target: 'shop', subject, grant });

/** What stands before every case: the page's set-up, its roles, and nobody who holds them. */
export async function prepare(cluster: Cluster): Promise<string> {
  const admin = adminOf(cluster);
  for (const manifest of [NAMESPACE, ...(await setUp()), ...roleManifests()]) {
    if (/^(?:Namespace|ServiceAccount)$/.test(manifest.kind)) await admin.apply(manifest);
    else await admin.replace(manifest);
  }
  for (const path of ['namespaces/shop/rolebindings', 'clusterrolebindings'])
    for (const { metadata } of await admin.list(path))
      if (/^(?:hallpass-|standing-)/.test(metadata.name))
        await admin.call('DELETE', `/apis/rbac.authorization.k8s.io/v1/${path}/${metadata.name}`);
  await admin.settled();
  return admin.tokenOf('hallpass', 'hallpass');
}

/** The bindings of the namespace that are named as Hallpass names its own. */
export async function oursOf(admin: ReturnType<typeof adminOf>): Promise<Manifest[]> {
  const all = await admin.list('namespaces/shop/rolebindings');
  return all.filter(({ metadata }) => metadata.name.startsWith('hallpass-'));
}

/** Gives a role to somebody as if Hallpass did not exist. */
export function standing(user: string, { role, cluster_role, namespace }: Coordinates): Manifest {
  const place = typeof namespace === 'string' ? { namespace } : {};
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { name: `standing-${(role ?? cluster_role) as string}`, ...place },
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: role === undefined ? 'ClusterRole' : 'Role',
      name: role ?? cluster_role,
    },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  };
}

export async function harnessOf(
  { cluster, close }: Running,
  things: readonly [Coordinates, Coordinates],
): Promise<ProviderHarness> {
  const token = await prepare(cluster);
  const admin = adminOf(cluster);
  const way = await startWay(cluster);
  return {
    kind,
    provider: await open(way.url, { token }),
    now,
    holding: (person, thing) => holding(PEOPLE[person] ?? '', things[thing]),
    async holds({ subject, grant }) {
      await admin.settled();
      const resource = READS[String(grant.role ?? grant.cluster_role)] ?? '';
      return admin.may(subject, resource, typeof grant.namespace === 'string' ? grant.namespace : undefined);
    },
    addStanding: ({ subject, grant }) => admin.apply(standing(subject, grant)),
    unknown: holding('nobody@example.com', things[0]),
    hostile: HOSTILE.flatMap((name) => [
      { what: `role ${JSON.stringify(name)}`, holding: holding(ALICE, { role: name, namespace: 'shop' }) },
      {
        what: `namespace ${JSON.stringify(name)}`,
        holding: holding(ALICE, { role: 'order-reader', namespace: name }),
      },
      {
        what: `cluster role ${JSON.stringify(name)}`,
        holding: holding(ALICE, { cluster_role: name, everywhere: true }),
      },
    ]).concat(
      HOSTILE_USERS.map((name) => ({
        what: `user ${JSON.stringify(name)}`,
        holding: holding(name, things[0]),
      })),
      SHAPES.map((grant) => ({ what: JSON.stringify(grant), holding: holding(ALICE, grant) })),
    ),
    snapshot: async () =>
      Promise.all(
        ['namespaces/shop/rolebindings', 'clusterrolebindings', 'namespaces/shop/roles'].map(async (path) =>
          (await admin.list(path)).map(({ metadata, roleRef, subjects, rules }) => [
            metadata.name,
            roleRef,
            subjects,
            rules,
          ]),
        ),
      ),
    async hanging() {
      way.way.hangs = true;
      return open(way.url, { token, timeout_seconds: 0.05 });
    },
    refused: () => open(way.url, { token: 'not a token' }),
    async loseAnswer() {
      way.way.loses = 'POST';
    },
    async close() {
      await way.close();
      await close();
    },
  };
}

const HOSTILE: readonly string[] = [
  '',
  ' order-reader',
  'order-reader ',
  'Order-Reader',
  'order-reader/../order-writer',
  '..',
  '.',
  'order-reader%2f',
  'order-reader?dryRun=All',
  'order-reader\u0000',
  'order-reader\n',
  'оrder-reader',
  '*',
  'a'.repeat(254),
];

const HOSTILE_USERS: readonly string[] = [
  '',
  ' alice@example.com',
  'alice@example.com ',
  'system:admin',
  'system:masters',
  'system:serviceaccount:hallpass:hallpass',
  'group:developers',
  'alice@example.com\n',
  'alіce@example.com',
  '*',
  'a'.repeat(254),
];

const SHAPES: readonly Coordinates[] = [
  { cluster_role: 'pod-viewer' },
  { role: 'order-reader' },
  { role: 'order-reader', everywhere: true },
  { role: 'order-reader', cluster_role: 'pod-viewer' },
  { role: 'order-reader', cluster_role: 'pod-viewer', namespace: 'shop' },
  { cluster_role: 'pod-viewer', namespace: 'shop', everywhere: true },
  { cluster_role: 'pod-viewer', everywhere: false },
  { role: 'order-reader', namespace: 'shop', more: 1 },
];

export const EXCEPT: Partial<Record<ContractCase, string>> = {
  'moves native expiry with the end': 'Kubernetes ends no binding by itself',
  'is ended by the target itself': 'Kubernetes ends no binding by itself',
  'ends the sessions of what it revoked, and no others': 'an open stream is not cut, and nothing lists them',
  'leaves the sessions of standing access alone': 'an open stream is not cut, and nothing lists them',
  'says when it saw only a part': 'a list of bindings is whole, or a fault',
  'is blocked by a subject the target does not know': 'Kubernetes has no list of users',
};
