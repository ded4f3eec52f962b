import { readFile } from 'node:fs/promises';
import { describe, it } from 'vitest';
import { ADMIN_TOKEN, type FakeCluster, startFakeCluster } from './fake.js';
import type { Cluster } from './world.js';

/** A cluster for the length of a test. */
export interface Running {
  readonly cluster: Cluster;
  close(): Promise<void>;
}

/** A kind of API server to run a suite on. */
export interface Server {
  readonly name: string;
  start(): Promise<Running>;
}

export async function startFake(): Promise<Running & { readonly fake: FakeCluster }> {
  const fake = await startFakeCluster();
  return { fake, cluster: { url: fake.url, adminToken: ADMIN_TOKEN }, close: fake.close };
}

/** A real one that somebody has started; docs/providers/kubernetes.md says how. It stays as it is between tests. */
async function given(): Promise<Server | undefined> {
  const { KUBE_APISERVER: url, KUBE_APISERVER_TOKEN: adminToken, KUBE_APISERVER_CA: file } = process.env;
  if (url === undefined) return undefined;
  if (adminToken === undefined) throw new Error('KUBE_APISERVER is set, and KUBE_APISERVER_TOKEN is not');
  const ca = file === undefined ? {} : { ca: await readFile(file, 'utf8') };
  const cluster = { url, adminToken, isEventual: true, ...ca };
  return {
    name: 'the kube-apiserver at KUBE_APISERVER',
    start: async () => ({ cluster, close: async () => {} }),
  };
}

const HOW = 'set KUBE_APISERVER, docs/providers/kubernetes.md says how';

/** A suite on the stand-in, and on a real API server where one is given. */
export async function describeOnClusters(title: string, suite: (server: Server) => void): Promise<void> {
  describe(`${title}, on the stand-in`, () => suite({ name: 'the stand-in', start: startFake }));
  await describeOnGiven(title, suite);
}

/** A suite on a real API server where one is given; building one is no part of continuous integration. */
export async function describeOnGiven(title: string, suite: (server: Server) => void): Promise<void> {
  const real = await given();
  if (real === undefined) it.skip(`${title}, on a real API server (not here: ${HOW})`, () => undefined);
  else describe(`${title}, on ${real.name}`, () => suite(real));
}
