import type { ProviderKind } from '../../../ports/provider.js';

/**
 * Names of groups and people that are taken: printable ASCII without quotes and backslashes, which not every server reads the same
 * way in a filter, and without spaces around them.
 */
export const NAME = '^(?! )[ !#-\\[\\]-~]{1,128}(?<! )$';

/** Ids are the server's own (RFC 7643, 3.1); this is what they are made of in practice. */
export const RESOURCE_ID = '^[A-Za-z0-9][A-Za-z0-9._:@=+~-]{0,127}$';

/**
 * Membership of a group on a SCIM 2.0 server. `enumerates` is not claimed, since some servers hide who is in a group; where one
 * shows it, everybody is listed.
 */
export const kind: ProviderKind = {
  kind: 'scim',
  abilities: { enumerates: false, nativeExpiry: 'none', endsSessions: false, identity: 'mapped' },
  grantSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['group'],
    properties: {
      group: { type: 'string', title: 'The displayName of the group', pattern: NAME, maxLength: 128 },
      id: {
        type: 'string',
        title: 'The id of the group; a name can be taken over by another group',
        pattern: RESOURCE_ID,
        maxLength: 128,
      },
    },
  },
  connectionSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['url', 'token'],
    properties: {
      url: {
        type: 'string',
        title: 'The base address, such as https://scim.example.com/v2; http only for loopback',
        pattern: '^https?://[^ ?#]+$',
        maxLength: 512,
      },
      token: { type: 'string', title: 'The bearer token', minLength: 1, maxLength: 16_384, writeOnly: true },
      ca: {
        type: 'string',
        title:
          'PEM certificates to trust instead of the system’s; no secret, but too long to stand in settings',
        maxLength: 65_536,
        writeOnly: true,
      },
      members: {
        type: 'string',
        title:
          'listed (default): a group shows its members. hidden: ask by filter, as for AWS IAM Identity Center',
        enum: ['listed', 'hidden'],
      },
      remove: {
        type: 'string',
        title: 'path (default): as RFC 7644 says. value: for servers that want the member as a value',
        enum: ['path', 'value'],
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
