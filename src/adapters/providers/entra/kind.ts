import type { Coordinates } from '../../../core/grant.js';
import type { ProviderKind } from '../../../ports/provider.js';

/** Object ids, in lower case only, so that one thing has one spelling. */
export const OBJECT_ID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';

const objectId = (title: string) => ({ type: 'string', title, pattern: OBJECT_ID, maxLength: 36 });

const secret = (title: string, maxLength: number) => ({
  type: 'string',
  title,
  minLength: 1,
  maxLength,
  writeOnly: true,
});

/** Privileged Identity Management ends what it assigned; a plain membership has no end. */
export function nativeExpiryOf({ through }: Coordinates): 'enforced' | 'none' {
  return through === 'pim' ? 'enforced' : 'none';
}

/** Membership of a group in Microsoft Entra. Tokens that were issued meanwhile go on naming the group until they expire. */
export const kind: ProviderKind = {
  kind: 'entra',
  abilities: { enumerates: true, nativeExpiry: 'none', endsSessions: false, identity: 'mapped' },
  nativeExpiryOf,
  grantSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['group'],
    properties: {
      group: objectId('The object id of the group'),
      through: {
        type: 'string',
        title:
          'An assignment by Privileged Identity Management, which ends by itself; else a plain membership',
        enum: ['pim'],
      },
    },
  },
  connectionSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['tenant', 'client_id'],
    properties: {
      tenant: objectId('The id of the tenant'),
      client_id: objectId('The application id of the app registration'),
      client_secret: secret('A secret of the app registration; better is a certificate', 1_024),
      certificate: secret(
        'PEM of a private key and its certificate, which the app registration knows',
        32_768,
      ),
      timeout_seconds: {
        type: 'integer',
        title: 'The most one call may take. Default: 60',
        minimum: 1,
        maximum: 300,
      },
    },
  },
};
