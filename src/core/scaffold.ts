import type { Coordinates } from './grant.js';
import type { Login } from './identity.js';

/** What `hallpass init` has to know to lay out an access repository. */
export interface ScaffoldAnswers {
  /** The organization on GitHub that owns the repository. */
  readonly organization: string;
  /** Slug of the team whose members may ask. */
  readonly askers: string;
  /** Slugs of the teams of which each gives one approval; at least one. The last may veto and owns the control documents. */
  readonly approvers: readonly string[];
  /** The kind of the first target. */
  readonly kind: string;
  /** Somebody who will ask. A target that has names of its own needs one, so that its suite can be granted anything. */
  readonly person?: { readonly login: Login; readonly id: number };
  /** Whether GitHub Actions run Hallpass, so that an end that only Hallpass makes may come late. */
  readonly actions?: true;
  /** Of the program that writes it, which the workflow runs as well. */
  readonly version: string;
}

/** A first target of a kind and one thing to hold on it, to be replaced by what is really there. */
export interface FirstTarget {
  readonly target: string;
  readonly entitlement: string;
  readonly title: string;
  readonly grant: Coordinates;
  /** Other coordinates, where those make the target end the access by itself. */
  readonly endingGrant?: Coordinates;
}

/** A row for every kind that fits more than tests; a test holds each against the schema of its kind. */
export const FIRST_TARGETS: Readonly<Record<string, FirstTarget>> = {
  'github-team': {
    target: 'github',
    entitlement: 'orders-deployers',
    title: 'Deploy the orders service',
    grant: { team: 'orders-deployers' },
  },
  postgres: {
    target: 'orders-db',
    entitlement: 'orders-db-readonly',
    title: 'Read the orders database',
    grant: { role: 'app_readonly' },
  },
  'aws-identity-center': {
    target: 'aws',
    entitlement: 'orders-account-readonly',
    title: 'Look at the AWS account of orders',
    grant: { account: '123456789012', permission_set: 'ps-0123456789abcdef' },
  },
  'gcp-iam': {
    target: 'gcp',
    entitlement: 'orders-data-viewer',
    title: 'Read the BigQuery data of orders',
    grant: { resource: 'projects/orders-prod', role: 'roles/bigquery.dataViewer' },
  },
  entra: {
    target: 'entra',
    entitlement: 'orders-admins',
    title: 'Administer orders',
    grant: { group: '00000000-0000-4000-8000-000000000000' },
    endingGrant: { group: '00000000-0000-4000-8000-000000000000', through: 'pim' },
  },
  okta: {
    target: 'okta',
    entitlement: 'orders-admins',
    title: 'Administer orders',
    grant: { group: '00g0123456789abcdef0' },
  },
  scim: {
    target: 'directory',
    entitlement: 'orders-admins',
    title: 'Administer orders',
    grant: { group: 'orders-admins' },
  },
  ldap: {
    target: 'directory',
    entitlement: 'orders-admins',
    title: 'Administer orders',
    grant: { group: 'orders-admins' },
    endingGrant: { group: 'orders-admins', form: 'dynamic' },
  },
  kubernetes: {
    target: 'cluster',
    entitlement: 'orders-view',
    title: 'Look at the namespace of orders',
    grant: { cluster_role: 'view', namespace: 'orders' },
  },
  ssh: {
    target: 'hosts',
    entitlement: 'orders-hosts',
    title: 'Log in to the hosts of orders',
    grant: { principals: ['orders'] },
  },
  github: {
    target: 'github',
    entitlement: 'orders-push',
    title: 'Push to the orders repository',
    grant: { repository: 'orders', permission: 'push' },
  },
  exec: {
    target: 'orders-tool',
    entitlement: 'orders-admins',
    title: 'Administer orders',
    grant: { name: 'orders-admins' },
  },
  webhook: {
    target: 'orders-tool',
    entitlement: 'orders-admins',
    title: 'Administer orders',
    grant: { name: 'orders-admins' },
  },
};
