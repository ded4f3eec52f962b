import { randomUUID } from 'node:crypto';
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
  /** Whether it authorizes by what it has heard of roles and bindings, some moments after they were written. */
  readonly isEventual?: boolean;
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
  const remove = ({ metadata, ...manifest }: Manifest) =>
    call('DELETE', `${collectionOf({ metadata, ...manifest })}/${metadata.name}`);
  const apply = async (manifest: Manifest): Promise<void> => {
    const { status, text } = await call('POST', collectionOf(manifest), manifest);
    if (![200, 201, 409].includes(status)) throw new Error(`${manifest.kind}: ${status} ${text}`);
  };
  const may = async (user: string, resource: string, namespace: string | undefined): Promise<boolean> => {
    const attributes = { verb: 'get', resource, ...(namespace === undefined ? {} : { namespace }) };
    const { text } = await call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, resourceAttributes: attributes },
    });
    return JSON.parse(text).status.allowed;
  };
  return {
    call,
    apply,
    remove,
    may,
    /** Made anew, whatever it was. */
    async replace(manifest: Manifest): Promise<void> {
      await remove(manifest);
      await apply(manifest);
    },
    /**
     * Returns when what was written before counts. The server hears of each resource in the order of its writes, so what was written
     * last of each is waited for.
     */
    async settled(): Promise<void> {
      if (!cluster.isEventual) return;
      const last = markersOf(`marker-${randomUUID()}`);
      for (const manifest of last.manifests) await apply(manifest);
      for (const namespace of ['shop', undefined]) while (!(await may(last.user, 'markers', namespace)));
      for (const manifest of last.manifests) await remove(manifest);
    },
    async list(path: string): Promise<Manifest[]> {
      const { text } = await call('GET', `/apis/${RBAC}/${path}`);
      return JSON.parse(text).items;
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

/** Of each resource of RBAC one, which give somebody who does not exist what does not exist. */
function markersOf(user: string): { readonly user: string; readonly manifests: readonly Manifest[] } {
  const rules = [{ apiGroups: [''], resources: ['markers'], verbs: ['get'] }];
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }];
  const manifests = [{ namespace: 'shop' }, {}].flatMap((place): Manifest[] => {
    const kind = 'namespace' in place ? 'Role' : 'ClusterRole';
    const metadata = { name: user, ...place };
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind, name: user };
    return [
      { apiVersion: RBAC, kind, metadata, rules },
      { apiVersion: RBAC, kind: `${kind}Binding`, metadata, roleRef, subjects },
    ];
  });
  return { user, manifests };
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
