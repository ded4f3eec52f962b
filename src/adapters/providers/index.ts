import type { ProviderKind } from '../../ports/provider.js';
import { kind as awsIdentityCenter } from './aws-identity-center/kind.js';
import type { ProviderFactory } from './deps.js';
import { kind as entra } from './entra/kind.js';
import { kind as exec } from './exec/kind.js';
import { kind as gcpIam } from './gcp-iam/kind.js';
import { kind as github } from './github/kind.js';
import { kind as githubTeam } from './github-team/kind.js';
import { kind as kubernetes } from './kubernetes/kind.js';
import { kind as ldap } from './ldap/kind.js';
import { kind as memory } from './memory/kind.js';
import { kind as okta } from './okta/kind.js';
import { kind as postgres } from './postgres/kind.js';
import { kind as scim } from './scim/kind.js';
import { kind as ssh } from './ssh/kind.js';
import { kind as webhook } from './webhook/kind.js';

/**
 * Every kind of target. A new one is a folder and an entry here. Only descriptions load with this table; a provider and its
 * client load when the first target of that kind is configured.
 */
const table: readonly ProviderFactory[] = [
  {
    kind: memory,
    create: async (connection, deps) =>
      (await import('./memory/provider.js')).createProvider(connection, deps),
  },
  {
    kind: postgres,
    create: async (connection, deps) =>
      (await import('./postgres/provider.js')).createProvider(connection, deps),
  },
  {
    kind: githubTeam,
    create: async (connection, deps) =>
      (await import('./github-team/provider.js')).createProvider(connection, deps),
  },
  {
    kind: ldap,
    create: async (connection, deps) => (await import('./ldap/provider.js')).createProvider(connection, deps),
  },
  {
    kind: ssh,
    create: async (connection, deps) => (await import('./ssh/provider.js')).createProvider(connection, deps),
  },
  {
    kind: exec,
    create: async (connection, deps) => (await import('./exec/provider.js')).createProvider(connection, deps),
  },
  {
    kind: webhook,
    create: async (connection, deps) =>
      (await import('./webhook/provider.js')).createProvider(connection, deps),
  },
  {
    kind: awsIdentityCenter,
    create: async (connection, deps) =>
      (await import('./aws-identity-center/provider.js')).createProvider(connection, deps),
  },
  {
    kind: gcpIam,
    create: async (connection, deps) =>
      (await import('./gcp-iam/provider.js')).createProvider(connection, deps),
  },
  {
    kind: entra,
    create: async (connection, deps) =>
      (await import('./entra/provider.js')).createProvider(connection, deps),
  },
  {
    kind: scim,
    create: async (connection, deps) => (await import('./scim/provider.js')).createProvider(connection, deps),
  },
  {
    kind: kubernetes,
    create: async (connection, deps) =>
      (await import('./kubernetes/provider.js')).createProvider(connection, deps),
  },
  {
    kind: okta,
    create: async (connection, deps) => (await import('./okta/provider.js')).createProvider(connection, deps),
  },
  {
    kind: github,
    create: async (connection, deps) =>
      (await import('./github/provider.js')).createProvider(connection, deps),
  },
];

export const providers: ReadonlyMap<string, ProviderFactory> = new Map(
  table.map((factory) => [factory.kind.kind, factory]),
);

/** The kinds without their code: what documents are checked against. */
export const providerKinds: ReadonlyMap<string, ProviderKind> = new Map(
  table.map(({ kind }) => [kind.kind, kind]),
);
