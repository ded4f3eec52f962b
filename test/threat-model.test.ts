import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const page = readFileSync(join(ROOT, 'docs/threat-model.md'), 'utf8');

/** `| threat | behaviour | file | title |` */
const rows = page
  .split('\n')
  .filter((line) => /^\| T\d/.test(line))
  .map((line) => line.slice(2, -2).split(' | '));

test('every test that the threat model names is there', () => {
  expect(rows.length).toBeGreaterThan(60);
  const missing = rows.filter(([, , file, title]) => {
    const path = join(ROOT, (file ?? '').replaceAll('`', ''));
    return !title || !existsSync(path) || !readFileSync(path, 'utf8').includes(title);
  });
  expect(missing).toEqual([]);
});

test('every threat is a number, and says what happens instead', () => {
  const odd = rows.filter(
    ([threat = '', behaviour = '', ...rest]) =>
      !/^T\d{3}(?:(?:,| to) T\d{3})*$/.test(threat) || !behaviour.endsWith('.') || rest.length !== 2,
  );
  expect(odd).toEqual([]);
});
