import type { ProviderKind } from '../../../ports/provider.js';

/** What a name on the target looks like; also checked by the provider, since a ledger may hold older ones. */
export const NAME = '^[a-z0-9][a-z0-9._-]{0,62}$';

/** A target in this process: for tests and the sandbox. It forgets everything when the process ends. */
export const kind: ProviderKind = {
  kind: 'memory',
  abilities: { enumerates: true, nativeExpiry: 'enforced', endsSessions: true, identity: 'login' },
  grantSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['name'],
    properties: { name: { type: 'string', pattern: NAME, maxLength: 63 } },
  },
  connectionSchema: { type: 'object', additionalProperties: false, properties: {} },
};
