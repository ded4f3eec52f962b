import type { ProviderKind } from '../../../ports/provider.js';

/** A project by its id, not its number: one thing, one spelling. Folders and organizations have only numbers. */
export const RESOURCE =
  '^(?:projects/[a-z][a-z0-9-]{4,28}[a-z0-9]|(?:folders|organizations)/[1-9][0-9]{0,19})$';

/** Predefined roles, and custom ones of a project or an organization. */
export const ROLE =
  '^(?:projects/[a-z][a-z0-9-]{4,28}[a-z0-9]/|organizations/[1-9][0-9]{0,19}/)?roles/[A-Za-z0-9_.]{1,64}$';

/** "You cannot grant basic roles with conditions" (IAM documentation, "Overview of IAM Conditions"), so nothing would end them. */
export const BASIC_ROLES = ['roles/owner', 'roles/editor', 'roles/viewer'];

/** The address of a Google account, in lower case, as policies hold it. */
export const EMAIL = '^[a-z0-9_][a-z0-9._+-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$';

/** A role on a project, a folder or an organization, under a condition that ends it by itself. */
export const kind: ProviderKind = {
  kind: 'gcp-iam',
  abilities: { enumerates: true, nativeExpiry: 'enforced', endsSessions: false, identity: 'mapped' },
  grantSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['resource', 'role'],
    properties: {
      resource: {
        type: 'string',
        title: 'Such as projects/my-project, folders/123456789012 or organizations/123456789012',
        pattern: RESOURCE,
        maxLength: 64,
      },
      role: {
        type: 'string',
        title: 'Such as roles/bigquery.dataViewer',
        description: 'a role such as roles/bigquery.dataViewer; basic roles take no condition',
        pattern: ROLE,
        maxLength: 128,
        not: { enum: BASIC_ROLES },
      },
    },
  },
  connectionSchema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      key: {
        type: 'string',
        title: 'The key of a service account, as JSON. Absent: the service account of the machine',
        minLength: 1,
        maxLength: 16_384,
        writeOnly: true,
      },
      timeout_seconds: {
        type: 'integer',
        title: 'The most one call may take. Default: 30',
        minimum: 1,
        maximum: 120,
      },
    },
  },
};
