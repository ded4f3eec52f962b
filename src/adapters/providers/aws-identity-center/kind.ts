import type { ProviderKind } from '../../../ports/provider.js';

/**
 * Ids as AWS writes them (shapes of `sso-admin` 2020-07-20 and `identitystore` 2020-06-15), in lower case only, so that one thing has
 * one spelling.
 */
export const ACCOUNT = '^[0-9]{12}$';
export const PERMISSION_SET = '^ps-[0-9a-f]{16}$';
export const RESOURCE_ID = '^(?:[0-9a-f]{10}-)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
export const INSTANCE_ARN =
  '^arn:(?:aws|aws-us-gov|aws-cn|aws-iso|aws-iso-b):sso:::instance/(?:sso)?ins-[0-9a-f]{16}$';

/**
 * A permission set in an account, or membership of a group of the identity store. AWS ends neither by itself, and credentials that
 * somebody got through one of them work to the end of their session; a target with a policy to deny in does more, by its settings.
 */
export const kind: ProviderKind = {
  kind: 'aws-identity-center',
  abilities: { enumerates: true, nativeExpiry: 'none', endsSessions: false, identity: 'mapped' },
  grantSchema: {
    type: 'object',
    additionalProperties: false,
    description: 'either account and permission_set, or group',
    minProperties: 1,
    maxProperties: 2,
    dependentRequired: { account: ['permission_set'], permission_set: ['account'] },
    properties: {
      account: { type: 'string', title: 'The number of the account', pattern: ACCOUNT, maxLength: 12 },
      permission_set: {
        type: 'string',
        title: 'The last part of the ARN of the permission set, such as ps-0123456789abcdef',
        pattern: PERMISSION_SET,
        maxLength: 19,
      },
      group: {
        type: 'string',
        title: 'The GroupId of a group in the identity store',
        pattern: RESOURCE_ID,
        maxLength: 47,
      },
    },
  },
  connectionSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['region', 'instance', 'identity_store'],
    dependentRequired: { access_key_id: ['secret_access_key'], secret_access_key: ['access_key_id'] },
    properties: {
      region: {
        type: 'string',
        title: 'The region of the instance',
        pattern: '^[a-z]{2}(?:-[a-z]+)+-[0-9]{1,2}$',
        maxLength: 32,
      },
      instance: {
        type: 'string',
        title: 'The ARN of the instance',
        pattern: INSTANCE_ARN,
        maxLength: 128,
      },
      identity_store: {
        type: 'string',
        title: 'The id of the identity store',
        pattern: '^(?:d-[0-9a-f]{10}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$',
        maxLength: 36,
      },
      access_key_id: {
        type: 'string',
        title: 'Absent: the credentials of the machine, as the AWS SDK finds them',
        pattern: '^[A-Z0-9]{16,128}$',
        maxLength: 128,
      },
      secret_access_key: {
        type: 'string',
        title: 'The secret of access_key_id',
        minLength: 1,
        maxLength: 256,
        writeOnly: true,
      },
      deny_policy: {
        type: 'string',
        title: 'The id of a service control policy of Hallpass’s own, in which it denies what is over',
        pattern: '^p-[0-9a-zA-Z_]{8,128}$',
        maxLength: 130,
      },
      timeout_seconds: {
        type: 'integer',
        title: 'The most one call may take; AWS carries out an assignment in the background. Default: 120',
        minimum: 1,
        maximum: 600,
      },
    },
  },
};
