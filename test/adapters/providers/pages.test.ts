import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { providerKinds } from '../../../src/adapters/providers/index.js';
import { parseSettings } from '../../../src/documents/settings.js';

/** The rest of the settings; a page shows its targets. */
const SETTINGS = `version: 1
github: { app_id: 1, private_key: { env: A }, webhook_secret: { env: B } }
repository: { owner: acme, name: access, id: 1, installation_id: 1 }
data_dir: /var/lib/hallpass
signing_key: { env: C }
`;

const ajv = new Ajv2020({ strict: true });
const pageOf = (kind: string) =>
  readFile(new URL(`../../../docs/providers/${kind}.md`, import.meta.url), 'utf8');

describe.each([...providerKinds.values()].filter(({ kind }) => kind !== 'memory'))(
  'the page of $kind',
  ({ kind, grantSchema }) => {
    it('shows settings that are taken', async () => {
      const blocks = [...(await pageOf(kind)).matchAll(/^```yaml\n(targets:\n[\s\S]*?)^```$/gm)];
      expect(blocks.length).toBeGreaterThan(0);
      for (const [, block] of blocks) {
        const parsed = parseSettings(
          new TextEncoder().encode(SETTINGS + block),
          'hallpass.yaml',
          providerKinds,
        );
        expect('issues' in parsed ? parsed.issues : []).toEqual([]);
      }
    });

    it('shows grants that are taken', async () => {
      const [row = ''] = /^\| `grant` \|.*$/m.exec(await pageOf(kind)) ?? [];
      const grants = [...row.matchAll(/`(\{.*?\})`/g)].map(([, text]) => parse(text ?? ''));
      expect(grants.length).toBeGreaterThan(0);
      const isGrant = ajv.compile(grantSchema);
      for (const grant of grants) expect(isGrant(grant), JSON.stringify(grant)).toBe(true);
    });
  },
);
