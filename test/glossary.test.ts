import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const GLOSSARY = 'docs/glossary.md';

/** Words that must be defined, since documents, commands or other pages lean on them. */
const EXPECTED = [
  'requester',
  'subject',
  'entitlement',
  'catalog',
  'target',
  'provider',
  'review',
  'approval',
  'dismissal',
  'policy',
  'rule',
  'finding',
  'decision',
  'evidence',
  'grant',
  'end reason',
  'holding',
  'drift',
  'pass',
  'guard',
  'ledger',
  'entry',
  'break-glass',
];

const rows = readFileSync(`${ROOT}${GLOSSARY}`, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| word |'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, word = '', meaning = '', not = '']) => ({ word, meaning, not }));

/** `Lease`, `leases` and `auditLog`, but not `release`. */
function finder(word: string): RegExp {
  return new RegExp(`(?<![A-Za-z])${word.replace(' ', '[\\s_-]?')}s?(?![a-z])`, 'i');
}

/** These speak the words of the systems they stand before or stand in for, too. */
const FOREIGN = ['src/adapters/', 'src/sandbox/github/'];

function texts(): string[] {
  return ['src', 'schemas', 'docs', 'examples', 'access-requests']
    .filter((folder) => existsSync(`${ROOT}${folder}`))
    .flatMap((folder) =>
      readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' }).map(
        (path) => `${folder}/${path}`,
      ),
    )
    .filter((path) => /\.(?:ts|json|md|yaml)$/.test(path) && path !== GLOSSARY)
    .filter((path) => !FOREIGN.some((folder) => path.startsWith(folder)));
}

test('every word is defined once and says something', () => {
  const words = rows.flatMap((row) => (row.word.includes(',') ? [] : [row.word]));
  expect(new Set(words).size).toBe(words.length);
  expect(EXPECTED.filter((word) => !words.includes(word))).toEqual([]);
  expect(rows.filter((row) => row.meaning.length < 5)).toEqual([]);
});

test('the words that are not ours appear nowhere', () => {
  const banned = rows.flatMap((row) => [...row.not.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''));
  expect(banned.length).toBeGreaterThan(5);
  const found = texts().flatMap((path) => {
    const text = readFileSync(`${ROOT}${path}`, 'utf8');
    return banned
      .filter((word) => finder(word).test(text))
      .map((word) => `${path} says "${word}"; see ${GLOSSARY}`);
  });
  expect(found).toEqual([]);
});

test.each([
  ['lease', 'a Lease of', true],
  ['lease', 'release', false],
  ['lease', 'leases', true],
  ['audit log', 'auditLog', true],
  ['audit log', 'audit logic', false],
])('finds %s in %j: %s', (word, text, expected) => {
  expect(finder(word).test(text)).toBe(expected);
});
