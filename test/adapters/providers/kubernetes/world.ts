import { readFile } from 'node:fs/promises';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { parseAllDocuments } from 'yaml';

type Json = { [key: string]: unknown };
export interface Manifest extends Json {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Where an API server is, and whoever may do everything there. */
export interface Cluster {
  readonly url: string;
  readonly ca?: string;
  readonly adminToken: string;
}

/** The set-up as the page tells it, so that the page cannot rot. */
export async function setUp(): Promise<Manifest[]> {
  const page = await readFile(new URL('../../../../docs/providers/kubernetes.md', import.meta.url), 'utf8');
  const [, manifests = ''] = /^```yaml\n(apiVersion:[\s\S]*?)^```$/m.exec(page) ?? [];
  return parseAllDocuments(manifests).map((document) => document.toJS());
}

const RBAC = 'rbac.authorization.k8s.io/v1';

/** What the page's roles are, each with something else to read, by which one can tell who holds it. */
export const READS: Readonly<Record<string, string>> = {
  'order-reader': 'pods',
  'order-writer': 'services',
  'pod-viewer': 'endpoints',
  'node-reader': 'nodes',
};

export function roleManifests(): Manifest[] {
  return Object.entries(READS).map(([name, resource]) => {
    const isOfShop = name.startsWith('order-');
    return {
      apiVersion: RBAC,
      kind: isOfShop ? 'Role' : 'ClusterRole',
      metadata: { name, ...(isOfShop ? { namespace: 'shop' } : {}) },
      rules: [{ apiGroups: [''], resources: [resource], verbs: ['get'] }],
    };
  });
}

/** Whoever may do everything, past the provider. */
export function adminOf(cluster: Cluster) {
  const call = (method: string, path: string, body?: object) => send(cluster, { method, path, body });
  return {
    call,
    async apply(manifest: Manifest): Promise<void> {
      const { status, text } = await call('POST', collectionOf(manifest), manifest);
      if (![200, 201, 409].includes(status)) throw new Error(`${manifest.kind}: ${status} ${text}`);
    },
    async list(path: string): Promise<Manifest[]> {
      const { text } = await call('GET', `/apis/${RBAC}/${path}`);
      return JSON.parse(text).items;
    },
    async may(user: string, resource: string, namespace: string | undefined): Promise<boolean> {
      const attributes = { verb: 'get', resource, ...(namespace === undefined ? {} : { namespace }) };
      const { text } = await call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user, resourceAttributes: attributes },
      });
      return JSON.parse(text).status.allowed;
    },
    async tokenOf(namespace: string, name: string): Promise<string> {
      const { text } = await call('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: 3_600 },
      });
      return JSON.parse(text).status.token;
    },
  };
}

function collectionOf({ apiVersion, kind, metadata }: Manifest): string {
  const below = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
  return `${apiVersion === 'v1' ? '/api' : '/apis'}/${apiVersion}${below}/${kind.toLowerCase()}s`;
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: object | undefined;
}

async function send(
  cluster: Cluster,
  { method, path, body }: Sent,
): Promise<{ status: number; text: string }> {
  const { protocol } = new URL(cluster.url);
  const make = protocol === 'https:' ? tlsRequest : plainRequest;
  const sent = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const options = {
      method,
      ...(cluster.ca === undefined ? {} : { ca: cluster.ca }),
      agent: false as const,
      headers: {
        authorization: `Bearer ${cluster.adminToken}`,
        ...(sent === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }),
      },
    };
    make(`${cluster.url}${path}`, options, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, text });
    })
      .on('error', reject)
      .end(sent);
  });
}
