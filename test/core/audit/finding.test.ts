import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FINDINGS } from '../../../src/core/audit/finding.js';

it('every finding is explained on the page of the ledger, with its severity', () => {
  const page = readFileSync(new URL('../../../docs/spec/ledger.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z_]+)` \| (critical|high|medium) \|/gm)].map(
    ([, code, severity]) => [code, severity],
  );
  expect(Object.fromEntries(rows)).toEqual(FINDINGS);
});
