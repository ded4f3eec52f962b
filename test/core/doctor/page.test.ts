import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CODES } from '../../../src/core/doctor/codes.js';

const page = readFileSync(new URL('../../../docs/spec/doctor.md', import.meta.url), 'utf8');
const cell = (text: string) => text.replaceAll('|', '\\|');

test('the page of the doctor lists what it can find, word for word', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\w+) \| (.*) \| (.*) \|$/gm)].map((row) => row.slice(1));
  const coded = Object.entries(CODES).map(([code, { severity, risk, fix }]) => [
    code,
    severity,
    cell(risk),
    cell(fix),
  ]);
  expect(rows).toEqual(coded);
});
