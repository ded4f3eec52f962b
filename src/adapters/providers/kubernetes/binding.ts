import type { Instant } from '../../../core/time.js';
import { Retry } from '../../../ports/fault.js';
import type { Collection } from './api.js';
import type { Ask, Place } from './ask.js';

const GROUP = 'rbac.authorization.k8s.io';
const EXPIRES_AT = 'hallpass/expires-at';

/** What of a binding matters here. */
export interface Binding {
  readonly name: string;
  readonly uid: string;
  readonly role: { readonly kind: string; readonly name: string };
  readonly subjects: readonly Subject[];
  readonly expiresAt: string | undefined;
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
}

export function bindingsAt({ namespace }: Pick<Place, 'namespace'>): Collection {
  return { resource: namespace === undefined ? 'clusterrolebindings' : 'rolebindings', namespace };
}

/** The annotation and the labels are for people: nothing in Kubernetes acts on them. */
export function bindingFor(ask: Ask, until: Instant): object {
  return {
    apiVersion: `${GROUP}/v1`,
    kind: ask.namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: {
      name: ask.binding,
      labels: { 'app.kubernetes.io/managed-by': 'hallpass' },
      annotations: expiry(until),
    },
    roleRef: { apiGroup: GROUP, ...ask.role },
    subjects: [{ apiGroup: GROUP, kind: 'User', name: ask.user }],
  };
}

export function expiry(until: Instant): Record<string, string> {
  return { [EXPIRES_AT]: until };
}

/** Field by field: the server returns keys in another order than they were written, and fills in some. */
export function readBinding(value: unknown): Binding {
  const { metadata, roleRef, subjects } = mapping(value);
  const { name, uid, annotations } = mapping(metadata);
  const { kind: roleKind, name: roleName } = mapping(roleRef);
  const list = subjects ?? [];
  if (!Array.isArray(list)) throw unreadable();
  return {
    name: text(name),
    uid: text(uid),
    role: { kind: text(roleKind), name: text(roleName) },
    subjects: list.map((subject) => {
      const { kind, name: called, namespace } = mapping(subject);
      return {
        kind: text(kind),
        name: text(called),
        namespace: typeof namespace === 'string' ? namespace : undefined,
      };
    }),
    expiresAt: expiresAtOf(annotations),
  };
}

function expiresAtOf(annotations: unknown): string | undefined {
  if (annotations === undefined || annotations === null) return undefined;
  const value = mapping(annotations)[EXPIRES_AT];
  return typeof value === 'string' ? value : undefined;
}

export function isOfRole({ role }: Binding, place: Place): boolean {
  return role.kind === place.role.kind && role.name === place.role.name;
}

/** Whether it gives the role to this user, whoever else has it by the same binding. */
export function gives(binding: Binding, ask: Ask): boolean {
  return (
    isOfRole(binding, ask) && binding.subjects.some(({ kind, name }) => kind === 'User' && name === ask.user)
  );
}

/** Whether it is exactly what {@link bindingFor} makes. */
export function isAsMade(binding: Binding, ask: Ask): boolean {
  return gives(binding, ask) && binding.subjects.length === 1;
}

/** How somebody is listed: the user name that Kubernetes itself knows them by, and groups as such, since nobody lists who is in one. */
export function nameOf({ kind, name, namespace }: Subject): string {
  if (kind === 'ServiceAccount') return `system:serviceaccount:${namespace ?? ''}:${name}`;
  return kind === 'Group' ? `group:${name}` : name;
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  throw unreadable();
}

function text(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw unreadable();
}

function unreadable(): Retry {
  return new Retry('no_binding', 'the cluster described a binding in a way that is not known');
}
