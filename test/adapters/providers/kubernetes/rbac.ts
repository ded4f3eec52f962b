/** What somebody wants to do, in the words of an access review. */
export interface Attributes {
  readonly verb: string;
  readonly group?: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

export interface Thing {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
  }[];
  readonly rules?: readonly Rule[];
}

/** The stored things of one resource. */
export type Stored = (resource: string) => readonly Thing[];

/** How Kubernetes authorizes by roles (RBAC documentation): any rule of any role that is bound allows, nothing denies. */
export function can(stored: Stored, user: string, wanted: Attributes): boolean {
  const bindings = [
    ...stored('clusterrolebindings'),
    ...stored('rolebindings').filter(({ metadata }) => metadata.namespace === wanted.namespace),
  ];
  return bindings.some(
    (binding) => isFor(binding, user) && rulesOf(stored, binding).some((rule) => allows(rule, wanted)),
  );
}

function isFor({ subjects = [] }: Thing, user: string): boolean {
  return subjects.some(({ kind, name, namespace }) =>
    kind === 'ServiceAccount'
      ? `system:serviceaccount:${namespace}:${name}` === user
      : kind === 'User' && name === user,
  );
}

function rulesOf(stored: Stored, { metadata, roleRef }: Thing): readonly Rule[] {
  const role =
    roleRef?.kind === 'ClusterRole'
      ? stored('clusterroles').find((one) => one.metadata.name === roleRef.name)
      : stored('roles').find(
          (one) => one.metadata.name === roleRef?.name && one.metadata.namespace === metadata.namespace,
        );
  return role?.rules ?? [];
}

function allows(rule: Rule, { verb, group = '', resource, name }: Attributes): boolean {
  const has = (list: readonly string[] | undefined, one: string) =>
    list?.includes(one) || list?.includes('*');
  const names = rule.resourceNames ?? [];
  return Boolean(
    has(rule.verbs, verb) &&
      has(rule.apiGroups, group) &&
      has(rule.resources, resource) &&
      (names.length === 0 || (name !== undefined && names.includes(name))),
  );
}
