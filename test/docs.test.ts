import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { COMMANDS } from '../src/cli/command-table.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const pages = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...['docs', 'access-requests', 'examples']
    .filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
        (path) => `${folder}/${path}`,
      ),
    )
    .filter((path) => path.endsWith('.md')),
];

/** Pages without what stands in fenced blocks: those show somebody else's files. */
const texts = pages.map((page) => ({
  page,
  text: readFileSync(join(ROOT, page), 'utf8').replace(/^ *```[\s\S]*?^ *```/gm, ''),
}));

function missing(found: RegExp, resolve: (page: string, match: string) => string): string[] {
  return texts.flatMap(({ page, text }) =>
    [...text.matchAll(found)]
      .map((match) => match[1] ?? '')
      .filter((match) => !existsSync(join(ROOT, resolve(page, match))))
      .map((match) => `${page}: ${match}`),
  );
}

test('every link between pages leads somewhere', () => {
  expect(pages.length).toBeGreaterThan(5);
  expect(missing(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g, (page, link) => join(dirname(page), link))).toEqual(
    [],
  );
});

test('every file of the house that a page names is there', () => {
  expect(
    missing(/`((?:src|test|docs|schemas|examples|bench|\.ci|\.github)\/[\w./-]*)`/g, (_, path) => path),
  ).toEqual([]);
});

test('every decision is in the index', () => {
  const index = readFileSync(join(ROOT, 'docs/decisions/README.md'), 'utf8');
  const decisions = readdirSync(join(ROOT, 'docs/decisions')).filter((name) => /^\d{4}-/.test(name));
  expect(decisions.filter((name) => !index.includes(`(${name})`))).toEqual([]);
});

test('every script a page names is there', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const named = texts.flatMap(({ text }) =>
    [...text.matchAll(/npm run ([a-z-]+)/g)].map((match) => match[1] ?? ''),
  );
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test('the README names every command there is', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const named = [...readme.matchAll(/`(?:hallpass )?([a-z]+(?: [a-z][a-z-]*)?)(?: --[a-z]+)?`/g)].map(
    ([, words]) => words,
  );
  expect(COMMANDS.map(({ words }) => words).filter((words) => !named.includes(words))).toEqual([]);
});
