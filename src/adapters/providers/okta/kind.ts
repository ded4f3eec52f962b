import type { ProviderKind } from '../../../ports/provider.js';

/** Ids of groups begin with `00g`. */
export const GROUP_ID = '^00g[A-Za-z0-9]{1,61}$';

/** Logins, usually addresses. One with a slash cannot be asked about (Okta, Users API), and others read as part of a path. */
export const LOGIN = '^[A-Za-z0-9](?:[A-Za-z0-9._%+@-]{0,98}[A-Za-z0-9])?$';

/**
 * Membership of a group of Okta's own. `endsSessions` is not claimed: Okta can be told to end its own sessions, but not those that
 * applications have opened since.
 */
export const kind: ProviderKind = {
  kind: 'okta',
  abilities: { enumerates: true, nativeExpiry: 'none', endsSessions: false, identity: 'mapped' },
  grantSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['group'],
    properties: {
      group: { type: 'string', title: 'The id of the group', pattern: GROUP_ID, maxLength: 64 },
    },
  },
  connectionSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['url', 'token'],
    properties: {
      url: {
        type: 'string',
        title: 'The address of the organization, such as https://example.okta.com; http only for loopback',
        pattern: '^https?://[^ ?#]+$',
        maxLength: 512,
      },
      token: { type: 'string', title: 'An API token', minLength: 1, maxLength: 1_024, writeOnly: true },
      sessions: {
        type: 'string',
        title:
          'leave (default), or clear: with every end, end all Okta sessions of the person and revoke their tokens',
        enum: ['leave', 'clear'],
      },
      timeout_seconds: {
        type: 'integer',
        title: 'The most one call may take. Default: 30',
        minimum: 1,
        maximum: 600,
      },
    },
  },
};
