import type { ProviderKind } from '../../../ports/provider.js';
import { PLUGIN_CONNECTION, PLUGIN_GRANT, WEAKEST } from '../../plugin/kind.js';

const ARGUMENT = { type: 'string', maxLength: 4_096, pattern: '^[^\\u0000]*$' };

/** A program of the operator's: one process for a call, one JSON document in, one out (docs/spec/plugin.md). */
export const kind: ProviderKind = {
  kind: 'exec',
  abilities: WEAKEST,
  grantSchema: PLUGIN_GRANT,
  connectionSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['command'],
    properties: {
      command: {
        type: 'array',
        title: 'The absolute path of the program, and its arguments; no shell sees them',
        minItems: 1,
        maxItems: 64,
        items: ARGUMENT,
      },
      environment: {
        type: 'object',
        title: 'All that the program gets of an environment, each value by reference',
        maxProperties: 64,
        propertyNames: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]{0,127}$' },
        additionalProperties: { type: 'string', maxLength: 65_536, writeOnly: true },
      },
      ...PLUGIN_CONNECTION,
    },
  },
};
