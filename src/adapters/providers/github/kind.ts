import type { ProviderKind } from '../../../ports/provider.js';

/** Organizations are named like people (without `_`). */
export const ORGANIZATION = '^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$';

export const REPOSITORY = '^(?!\\.{1,2}$)[A-Za-z0-9._-]{1,100}$';

/** What a collaborator may be given. `admin` is left out: it could add others, and keep itself in. */
export const PERMISSIONS = ['pull', 'triage', 'push', 'maintain'];

const id = (title: string) => ({ type: 'integer', title, minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

/** A person as a direct collaborator of a repository, or a role of the organization. GitHub ends neither by itself. */
export const kind: ProviderKind = {
  kind: 'github',
  abilities: { enumerates: true, nativeExpiry: 'none', endsSessions: false, identity: 'login' },
  grantSchema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      repository: {
        type: 'string',
        title: 'A repository of the organization',
        pattern: REPOSITORY,
        maxLength: 100,
      },
      id: id('The id of the repository; a name can be taken over by another one'),
      permission: { type: 'string', title: 'What may be done with it', enum: PERMISSIONS },
      organization_role: id('The id of a role of the organization'),
    },
    oneOf: [
      {
        required: ['repository', 'permission'],
        properties: { repository: true, permission: true, organization_role: false },
      },
      { required: ['organization_role'], properties: { organization_role: true }, maxProperties: 1 },
    ],
  },
  connectionSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['organization', 'token'],
    properties: {
      organization: {
        type: 'string',
        title: 'The login of the organization',
        pattern: ORGANIZATION,
        maxLength: 39,
      },
      token: {
        type: 'string',
        title: 'A token for this alone',
        minLength: 1,
        maxLength: 1_024,
        writeOnly: true,
      },
      url: {
        type: 'string',
        title: 'The address of the API. Default: https://api.github.com; http only for loopback',
        pattern: '^https?://[^ ?#]+$',
        maxLength: 512,
      },
      timeout_seconds: {
        type: 'integer',
        title: 'The most one call may take. Default: 60',
        minimum: 1,
        maximum: 600,
      },
    },
  },
};
