import { Blocked, Retry } from '../../../ports/fault.js';
import type { Api } from './api.js';
import type { Place } from './ask.js';

interface Rule {
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
}

/** A binding to a role that is not there is accepted, and gives whatever somebody writes into such a role later. */
export async function readRole(api: Api, { role, namespace }: Place): Promise<readonly Rule[]> {
  const found =
    role.kind === 'Role'
      ? await api.get({ resource: 'roles', namespace }, role.name)
      : await api.get({ resource: 'clusterroles', namespace: undefined }, role.name);
  if (found === undefined) {
    const where =
      namespace === undefined || role.kind === 'ClusterRole' ? '' : ` in the namespace ${namespace}`;
    throw new Blocked(
      'unknown_role',
      `${api.target} has no ${role.kind} ${role.name}${where}`,
      'Correct the role in the catalog, or make it.',
    );
  }
  const rules = (found as { readonly rules?: unknown }).rules ?? [];
  if (!Array.isArray(rules))
    throw new Retry('no_role', `${api.target} described a role in a way that is not known`);
  return rules.map(ruleOf);
}

function ruleOf(value: unknown): Rule {
  const { verbs, resources } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return { verbs: textsOf(verbs), resources: textsOf(resources) };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** Verbs that reach beyond what one has, and changes of what hands out rights (Kubernetes documentation, "RBAC Good Practices"). */
const REACHING = ['bind', 'escalate', 'impersonate'];
const CHANGING = ['create', 'update', 'patch'];
const HANDING = [
  'roles',
  'rolebindings',
  'clusterroles',
  'clusterrolebindings',
  'serviceaccounts/token',
  'certificatesigningrequests/approval',
];
const PERSONS = ['users', 'groups', 'serviceaccounts'];

/** Whoever holds such a role can give it on, or to themselves for good, and it would not end with the grant. */
function isEscalating({ verbs, resources }: Rule): boolean {
  const does = (some: readonly string[]) => verbs.some((verb) => some.includes(verb));
  const on = (some: readonly string[]) => resources.some((resource) => some.includes(resource));
  return (
    does(REACHING) || (does([...CHANGING, '*']) && on([...HANDING, '*'])) || (does(['*']) && on(PERSONS))
  );
}

export function refuseEscalating(api: Api, { role }: Place, rules: readonly Rule[]): void {
  if (!rules.some(isEscalating)) return;
  throw new Blocked(
    'escalating_role',
    `${role.kind} ${role.name} can give rights, which would stay when the grant ends`,
    `Use a role without bind, escalate, impersonate and changes of roles and bindings; or set "escalating_roles: allowed" for ${api.target} in the settings.`,
  );
}
