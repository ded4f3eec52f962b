import type { ProviderKind } from '../../../ports/provider.js';

/** Team slugs as GitHub makes them. */
export const SLUG = '^[a-z0-9_][a-z0-9_-]{0,99}$';

/** Organizations are named like people (without `_`). */
export const ORGANIZATION = '^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$';

/** Membership of a team in a GitHub organization. GitHub ends none by itself, and its sessions do not depend on teams. */
export const kind: ProviderKind = {
  kind: 'github-team',
  abilities: { enumerates: true, nativeExpiry: 'none', endsSessions: false, identity: 'login' },
  grantSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['team'],
    properties: {
      team: { type: 'string', title: 'The slug of the team', pattern: SLUG, maxLength: 100 },
      id: {
        type: 'integer',
        title: 'The numeric id of the team; a slug follows the name and can be taken over by another team',
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
      },
    },
  },
  connectionSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['organization'],
    properties: {
      organization: {
        type: 'string',
        title: 'The login of the organization',
        pattern: ORGANIZATION,
        maxLength: 39,
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
