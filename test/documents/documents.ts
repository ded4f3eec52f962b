import { readFileSync } from 'node:fs';
import { parseRequestId } from '../../src/core/request.js';
import type { Issue, Parsed } from '../../src/documents/issue.js';
import type { ProviderKind } from '../../src/ports/provider.js';

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** An example of DESIGN section 3. */
export function example(name: string): string {
  return readFileSync(new URL(`../fixtures/documents/${name}.yaml`, import.meta.url), 'utf8');
}

/** `line:column code` of everything there is to say, in order. */
export function problems(parsed: Parsed<unknown>): string[] {
  return ('issues' in parsed ? parsed.issues : parsed.warnings).map(placed);
}

export function placed({ line, column, code }: Issue): string {
  return `${line}:${column} ${code}`;
}

export function requestId(text: string) {
  const id = parseRequestId(text);
  if (id === undefined) throw new Error(`no request id: ${text}`);
  return id;
}

const CLOSED = { type: 'object', additionalProperties: false };

export const KINDS: ReadonlyMap<string, ProviderKind> = new Map(
  (['none', 'enforced'] as const).map((nativeExpiry) => {
    const kind = nativeExpiry === 'none' ? 'postgres' : 'certificate';
    return [
      kind,
      {
        kind,
        abilities: { enumerates: true, nativeExpiry, endsSessions: true, identity: 'mapped' },
        grantSchema: {
          ...CLOSED,
          properties: { role: { type: 'string', pattern: '^[a-z_]{1,63}$' } },
          required: ['role'],
        },
        connectionSchema: {
          ...CLOSED,
          properties: {
            host: { type: 'string', maxLength: 200 },
            password: {
              ...CLOSED,
              properties: { env: { type: 'string' }, file: { type: 'string' } },
              minProperties: 1,
              maxProperties: 1,
            },
          },
          required: ['host'],
        },
      },
    ];
  }),
);
