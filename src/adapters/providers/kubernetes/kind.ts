import type { ProviderKind } from '../../../ports/provider.js';

/** DNS labels (RFC 1123). */
export const NAMESPACE = '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$';

/** Roles are named with more than DNS labels: anything that is one segment of a path. */
export const ROLE = '^[A-Za-z0-9](?:[A-Za-z0-9:._-]{0,251}[A-Za-z0-9])?$';

/**
 * User names as the cluster's authenticator writes them, such as `alice@example.com` or `https://issuer#alice`. What begins with
 * `system:` is the cluster's own, and `group:` is how groups are listed here.
 */
export const USER = '^(?!system:|group:)[A-Za-z0-9][A-Za-z0-9@._:/#|+=~-]{0,252}$';

/** A role in a namespace, or a cluster role in one namespace or, only where that is said, everywhere. */
const ROLE_IN_NAMESPACE = ['role', 'namespace'];
const CLUSTER_ROLE_IN_NAMESPACE = ['cluster_role', 'namespace'];
const CLUSTER_ROLE_EVERYWHERE = ['cluster_role', 'everywhere'];

const either = [ROLE_IN_NAMESPACE, CLUSTER_ROLE_IN_NAMESPACE, CLUSTER_ROLE_EVERYWHERE];
const bounded = (title: string, pattern: string, maxLength: number) => ({
  type: 'string',
  title,
  pattern,
  maxLength,
});

/** A binding of a role to a user. Nothing in Kubernetes ends a binding, or what was opened under one. */
export const kind: ProviderKind = {
  kind: 'kubernetes',
  abilities: { enumerates: true, nativeExpiry: 'none', endsSessions: false, identity: 'mapped' },
  grantSchema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      role: bounded('A Role of the namespace', ROLE, 253),
      cluster_role: bounded('A ClusterRole', ROLE, 253),
      namespace: bounded('Where it is held', NAMESPACE, 63),
      everywhere: {
        type: 'boolean',
        title: 'In the whole cluster, and on what is in no namespace',
        const: true,
      },
    },
    maxProperties: 2,
    oneOf: either.map((required) => ({
      required,
      properties: Object.fromEntries(required.map((key) => [key, true])),
    })),
  },
  connectionSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['url'],
    properties: {
      url: bounded('The address of the API server; http only for loopback', '^https?://[^ ?#]+$', 512),
      ca: {
        type: 'string',
        title: 'PEM certificates of the cluster’s authority; no secret, but too long to stand in settings',
        maxLength: 65_536,
        writeOnly: true,
      },
      token: { type: 'string', title: 'A token that stays the same', maxLength: 16_384, writeOnly: true },
      token_file: bounded('The file of a token that is renewed; read again at every call', '^/.+$', 4_096),
      escalating_roles: {
        type: 'string',
        title: 'refused (default) or allowed: roles that can give rights, to oneself as well',
        enum: ['refused', 'allowed'],
      },
      timeout_seconds: {
        type: 'integer',
        title: 'The most one call may take. Default: 15',
        minimum: 1,
        maximum: 120,
      },
    },
  },
};
