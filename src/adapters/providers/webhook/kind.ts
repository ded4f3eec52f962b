import type { ProviderKind } from '../../../ports/provider.js';
import { PLUGIN_CONNECTION, PLUGIN_GRANT, WEAKEST } from '../../plugin/kind.js';

/** An HTTP receiver of the operator's: one signed call, one JSON document back (docs/spec/plugin.md). */
export const kind: ProviderKind = {
  kind: 'webhook',
  abilities: WEAKEST,
  grantSchema: PLUGIN_GRANT,
  connectionSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['url', 'secrets'],
    properties: {
      url: {
        type: 'string',
        title: 'The https address of the receiver; http only for loopback',
        pattern: '^https?://[^\\s]+$',
        maxLength: 2_000,
      },
      secrets: {
        type: 'string',
        title: 'Signing secrets, one a line, `whsec_` and base64; every call is signed with each',
        maxLength: 4_096,
        writeOnly: true,
      },
      ca: {
        type: 'string',
        title:
          'PEM certificates to trust instead of the system’s; no secret, but too long to stand in settings',
        maxLength: 65_536,
        writeOnly: true,
      },
      ...PLUGIN_CONNECTION,
    },
  },
};
