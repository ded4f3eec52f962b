import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { providerKinds } from '../../../src/adapters/providers/index.js';

const ajv = new Ajv2020({ strict: true });

/** Pages whose examples are held against what the code takes. */
const PAGES = ['aws-identity-center', 'entra', 'gcp-iam', 'postgres'];

describe.each(PAGES)('the page of %s', (name) => {
  const kind = providerKinds.get(name);
  const page = () => readFile(new URL(`../../../docs/providers/${name}.md`, import.meta.url), 'utf8');

  it('shows settings that are taken', async () => {
    const block = /```yaml\n(targets:[\s\S]*?)```/.exec(await page())?.[1] ?? '';
    const targets: Record<string, Record<string, unknown>> = parse(block).targets;
    expect(Object.keys(targets)).not.toEqual([]);
    for (const { kind: said, ...connection } of Object.values(targets)) {
      expect(said).toBe(name);
      // What is a secret stands in settings by reference.
      const resolved = Object.entries(connection).map(([key, value]) => [
        key,
        typeof value === 'object' ? 'a secret' : value,
      ]);
      const isConnection = ajv.compile(kind?.connectionSchema ?? false);
      expect(isConnection(Object.fromEntries(resolved)), JSON.stringify(isConnection.errors)).toBe(true);
    }
  });

  it('shows grants that are taken', async () => {
    const row = /^\| `grant` \|.*$/m.exec(await page())?.[0] ?? '';
    const grants = [...row.matchAll(/`(\{.*?\})`/g)].map(([, text]) => parse(text ?? ''));
    const isGrant = ajv.compile(kind?.grantSchema ?? false);
    expect(grants).not.toEqual([]);
    for (const grant of grants) expect(isGrant(grant), JSON.stringify(grant)).toBe(true);
  });
});
