import type { ProviderKind } from '../../../ports/provider.js';

/** What a host's AuthorizedPrincipalsFile lists. No comma, which would make two of one (T129). */
export const PRINCIPAL = '^[a-z_][a-z0-9_.:@-]{0,62}$';

/** An address or a block of them; whether it is one is looked at again before it is signed. */
export const ADDRESS = '^[0-9a-f.:]{2,45}(?:/[0-9]{1,3})?$';

/** Printable ASCII. */
export const COMMAND = '^[ -~]{1,256}$';

const path = (title: string) => ({
  type: 'string',
  title,
  pattern: '^/[^\\u0000-\\u001f]*$',
  maxLength: 1_000,
});

/**
 * A certificate for the subject's own key, which hosts accept for some principals until it expires. A connection that is open by
 * then goes on: sshd looks at a certificate only once.
 */
export const kind: ProviderKind = {
  kind: 'ssh',
  abilities: { enumerates: true, nativeExpiry: 'login-only', endsSessions: false, identity: 'mapped' },
  grantSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['principals'],
    properties: {
      principals: {
        type: 'array',
        title: 'What the hosts take it for. One without principals would be good for every account',
        minItems: 1,
        maxItems: 10,
        uniqueItems: true,
        items: { type: 'string', title: 'A principal', pattern: PRINCIPAL, maxLength: 63 },
      },
      source_address: {
        type: 'array',
        title: 'From where it can be used; absent: from everywhere',
        minItems: 1,
        maxItems: 10,
        uniqueItems: true,
        items: { type: 'string', title: 'An address or a block of them', pattern: ADDRESS, maxLength: 49 },
      },
      force_command: {
        type: 'string',
        title: 'What runs instead of what is asked for',
        pattern: COMMAND,
        maxLength: 256,
      },
    },
  },
  connectionSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['folder', 'ca_key'],
    properties: {
      folder: path('The folder with the certificates and the revocation list, which hosts fetch from'),
      ca_key: path('The file of the private key that signs. ssh-keygen reads it; Hallpass never does'),
      ssh_keygen: path('The program ssh-keygen; absent: the one on the path'),
      timeout_seconds: { type: 'number', exclusiveMinimum: 0, maximum: 60 },
    },
  },
};
