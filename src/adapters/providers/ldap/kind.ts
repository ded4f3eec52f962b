import type { ProviderKind } from '../../../ports/provider.js';

/** Names of groups. Values go into filters as values and never as text, so this only keeps look-alikes out. */
export const GROUP = '^[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,62}[A-Za-z0-9._-])?$';

/** Attribute names (RFC 4512, section 1.4), without options. */
const ATTRIBUTE = { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9-]{0,62}$', maxLength: 63 };

const text = (title: string, maxLength: number) => ({ type: 'string', title, minLength: 1, maxLength });
const dn = (title: string) => ({ ...text(title, 1_000), pattern: '=' });

/** `writeOnly`: settings give it by reference to the environment or a file, and nothing shows it. */
const secret = (title: string, maxLength: number) => ({ ...text(title, maxLength), writeOnly: true });

/**
 * Membership of a group, or an entry of its own that the directory deletes when its time is over (RFC 2589). Only the second
 * ends by itself.
 */
export const kind: ProviderKind = {
  kind: 'ldap',
  abilities: { enumerates: true, nativeExpiry: 'none', endsSessions: false, identity: 'mapped' },
  nativeExpiryOf: ({ form }) => (form === 'dynamic' ? 'enforced' : 'none'),
  grantSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['group'],
    properties: {
      group: { type: 'string', title: 'The name of the group', pattern: GROUP, maxLength: 64 },
      form: { enum: ['dynamic'], title: 'An entry of its own for each grant, which ends by itself' },
    },
  },
  connectionSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['url', 'bind_dn', 'password', 'people_base', 'groups_base'],
    properties: {
      url: {
        type: 'string',
        title: 'Where the server is',
        pattern: '^ldaps?://(?:[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\])(?::[0-9]{1,5})?$',
        maxLength: 300,
      },
      starttls: { type: 'boolean', title: 'Begin in clear and switch to TLS before anything is said' },
      ca: secret('The certificate authority of the server, in PEM; absent: those the system trusts', 100_000),
      bind_dn: dn('Who Hallpass is'),
      password: secret('Its password', 1_000),
      people_base: dn('Below which people are'),
      people_attribute: { ...ATTRIBUTE, title: 'What the identity of a person is; absent: uid' },
      groups_base: dn('Below which groups are'),
      group_attribute: { ...ATTRIBUTE, title: 'What the name of a group is; absent: cn' },
      member_attribute: { ...ATTRIBUTE, title: 'What holds the members; absent: member' },
      id_attribute: { ...ATTRIBUTE, title: 'What never changes about an entry; absent: entryUUID' },
      placeholder: dn('An entry that is a member of every group, where groups cannot be empty'),
      grants_base: dn('Below which entries of the form "dynamic" are made'),
      timeout_seconds: { type: 'number', exclusiveMinimum: 0, maximum: 60 },
    },
  },
};
