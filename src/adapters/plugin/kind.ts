import type { ProviderKind } from '../../ports/provider.js';

/**
 * Names that mean the same to everybody who reads them: visible ASCII without quotes, backslashes, `$`, backticks, `;`, `&`, `|`,
 * brackets or a leading dash, and no path that climbs. A plugin may be a shell script.
 */
const WORD = '[A-Za-z0-9._@+=,:/~-]';
export const SUBJECT = `^(?!.*(?:^|/)\\.\\.(?:/|$))[A-Za-z0-9_]${WORD}{0,254}$`;
const TEXT = `^(?!.*(?:^|/)\\.\\.(?:/|$))[A-Za-z0-9_/](?:(?:${WORD}| )*${WORD})?$`;

/** What holds for any plugin. A target's own are declared in the settings; approvers and tiers count on these alone. */
export const WEAKEST: ProviderKind['abilities'] = {
  enumerates: false,
  nativeExpiry: 'none',
  endsSessions: false,
  identity: 'mapped',
};

/** Coordinates are whatever the plugin understands, flat and bounded. */
export const PLUGIN_GRANT: ProviderKind['grantSchema'] = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 16,
  patternProperties: {
    '^[a-z][a-z0-9_]{0,62}$': {
      title: 'A text, a whole number, or true or false',
      anyOf: [
        { type: 'string', pattern: TEXT, maxLength: 256 },
        { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
        { type: 'boolean' },
      ],
    },
  },
};

/** What a connection of either kind of plugin says beside how to reach it. */
export const PLUGIN_CONNECTION = {
  abilities: {
    type: 'object',
    title: 'What the plugin can do by itself. Default: nothing',
    additionalProperties: false,
    properties: {
      enumerates: { type: 'boolean', title: 'observe lists everybody who holds the same coordinates' },
      native_expiry: {
        type: 'string',
        title: 'Who ends the access when Hallpass is down',
        enum: ['none', 'login-only', 'enforced'],
      },
      ends_sessions: { type: 'boolean', title: 'end_sessions ends what runs, and waits' },
    },
  },
  grant_schema: {
    type: 'object',
    title: 'A JSON Schema of its coordinates, checked before anything is granted',
  },
  timeout_seconds: {
    type: 'integer',
    title: 'The most one call may take. Default: 30',
    minimum: 1,
    maximum: 600,
  },
} as const;
