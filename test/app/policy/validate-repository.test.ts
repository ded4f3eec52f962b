import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { providerKinds } from '../../../src/adapters/providers/index.js';
import { validateRepository } from '../../../src/app/policy/validate-repository.js';

const example = (name: string) =>
  readFileSync(new URL(`../../fixtures/documents/${name}.yaml`, import.meta.url), 'utf8');
const CATALOG = '.github/access/catalog.yaml';
const POLICY = '.github/access/policy.yaml';
const PEOPLE = '.github/access/people.yaml';
const REQUEST = 'access-requests/2026/11/alice.yaml';
const SHORT = `version: 1
subject: alice
entitlements: [orders-db-readonly]
duration: 2h
justification: look
ticket: INC-1
`;

type Files = Readonly<
  Record<string, string | { readonly text?: string; readonly mode?: string; readonly size?: number }>
>;
const CONTROL: Files = {
  [CATALOG]: example('catalog'),
  [POLICY]: example('policy'),
  [PEOPLE]: example('people'),
  'README.md': 'hello',
};

/** `path:line:column code` of everything there is to say, and which files were opened. */
async function validate(files: Files, ...paths: string[]) {
  const opened: string[] = [];
  const all = new Map(
    Object.entries(files).map(([path, file]) => [path, typeof file === 'string' ? { text: file } : file]),
  );
  const folder = {
    list: async () =>
      [...all].map(([path, { text = '', mode, size }]) => ({
        path,
        size: size ?? text.length,
        ...(mode === undefined ? {} : { mode }),
      })),
    read: async (path: string) => {
      opened.push(path);
      return new TextEncoder().encode(all.get(path)?.text);
    },
  };
  const issues = await validateRepository({ files: folder, kinds: providerKinds }, { paths });
  return {
    said: issues.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`),
    issues,
    opened,
  };
}

async function said(files: Files, ...paths: string[]) {
  return (await validate(files, ...paths)).said;
}

test('a sound repository has nothing to be told', async () => {
  expect(await said({ ...CONTROL, [REQUEST]: SHORT, 'access-requests/README.md': 'hi' }, REQUEST)).toEqual(
    [],
  );
});

test('every document is judged by its shape, and everything is told at once and in order', async () => {
  const files = {
    [CATALOG]: example('catalog').replace('kind: postgres', 'kind: oracle'),
    [POLICY]: example('policy').replace('count: 1', 'count: 0'),
    [PEOPLE]: example('people').replace('1001', '"1001"'),
    [REQUEST]: SHORT.replace('2h', '2 h'),
    'access-requests/2026/11/bob.yaml': `${SHORT}x: 1\n`,
  };
  expect(await said(files)).toEqual([
    '.github/access/catalog.yaml:3:22 unknown_kind',
    '.github/access/people.yaml:3:16 wrong_type',
    '.github/access/policy.yaml:10:42 invalid_value',
    'access-requests/2026/11/alice.yaml:4:11 invalid_value',
    'access-requests/2026/11/bob.yaml:7:1 unknown_key',
  ]);
});

describe('what policy makes impossible', () => {
  const impossible: readonly [string, string, string][] = [
    [
      'an entitlement the catalog does not have',
      SHORT.replace('orders-db-readonly', 'orders-db-readonyl'),
      '3:16 unknown_entitlement',
    ],
    [
      'an entitlement no rule is about',
      SHORT.replace('orders-db-readonly', 'other'),
      '3:16 request_impossible',
    ],
    ['a duration over the rule', SHORT.replace('2h', '3h'), '4:11 request_impossible'],
    ['no ticket', SHORT.replace('ticket: INC-1\n', ''), '1:1 request_impossible'],
    ['a ticket of another form', SHORT.replace('INC-1', 'JIRA-1'), '6:9 request_impossible'],
    ['break-glass that is too long', `${SHORT}break_glass: true\n`, '4:11 request_impossible'],
  ];
  const catalog = `${example('catalog')}  other: { title: Other, target: orders-db, grant: { role: x } }\n`;
  const policy = example('policy')
    .replace(/ {2}- name: freeze\n(?: {4}.*\n)+/, '')
    .replace(/^ {4}when:.*\n/m, '');
  const files = { ...CONTROL, [CATALOG]: catalog, [POLICY]: policy };

  test.each(impossible)('%s is told of a request that is named', async (_, text, expected) => {
    expect(await said({ ...files, [REQUEST]: text }, REQUEST)).toContain(`${REQUEST}:${expected}`);
  });

  test.each(impossible)('%s is no issue of one that landed long ago', async (_, text) => {
    expect(await said({ ...files, [REQUEST]: text })).toEqual([]);
    expect(
      await said(
        { ...files, [REQUEST]: text, 'access-requests/2026/11/b.yaml': SHORT },
        'access-requests/2026/11/b.yaml',
      ),
    ).toEqual([]);
  });

  test('the nearest id is suggested, and the reason told', async () => {
    const { issues } = await validate(
      { ...files, [REQUEST]: SHORT.replace('readonly', 'readonyl').replace('2h', '9h') },
      REQUEST,
    );
    expect(issues.map(({ fix }) => fix)).toEqual(['did you mean "orders-db-readonly"?']);
    const { issues: long } = await validate({ ...files, [REQUEST]: SHORT.replace('2h', '9h') }, REQUEST);
    expect(long.map(({ message }) => message).join()).toContain('tier production');
  });

  test.each(['.', './', 'access-requests', 'access-requests/', './access-requests/2026/11', `./${REQUEST}`])(
    '%s names the request',
    async (path) => {
      expect(await said({ ...files, [REQUEST]: SHORT.replace('2h', '3h') }, path)).toHaveLength(1);
    },
  );

  test.each(['access-requests/2026/1', 'access-requests/2026/11/alice', 'nowhere'])(
    '%s names nothing',
    async (path) => {
      expect(await said({ ...files, [REQUEST]: SHORT.replace('2h', '3h') }, path)).toEqual([
        `${path}:1:1 path_missing`,
      ]);
    },
  );

  test('a file that is not managed may be named', async () => {
    expect(await said({ ...files, [REQUEST]: SHORT }, 'README.md')).toEqual([]);
  });

  test('is not judged against documents that cannot be read', async () => {
    const broken = { ...files, [POLICY]: 'version: 1\n', [REQUEST]: SHORT.replace('2h', '3h') };
    expect(await said(broken, REQUEST)).toEqual([
      `${POLICY}:1:1 missing_key`,
      `${REQUEST}:1:1 document_unread`,
    ]);
  });
});

test.each([CATALOG, POLICY, PEOPLE])('%s has to be there (T064)', async (path) => {
  const { [path]: _, ...rest } = CONTROL;
  expect(await said(rest)).toEqual([`${path}:1:1 document_missing`]);
});

describe('names over the whole managed tree (T016 to T019)', () => {
  test.each([
    'access-requests/2026/11/Alice.yaml',
    'access-requests/2026/11/alice.yml',
    'access-requests/2026/11/a b.yaml',
    'access-requests/2026/11/é.yaml',
    'access-requests/2026/11/a.yaml\u001b[31m',
    'access-requests/2026/11/a\\b.yaml',
    'access-requests/2026/11/22.yaml',
    'access-requests/2026/a.yaml',
    'access-requests/a.yaml',
    'access-requests/2026/11/22/x/a.yaml',
    'access-requests/2026/README.md',
    'access-requests/.gitkeep',
    'Access-Requests/2026/11/a.yaml',
  ])('%j may not lie there', async (path) => {
    const { said: found, opened } = await validate({ ...CONTROL, [path]: SHORT });
    expect(found).toEqual([`${path}:1:1 path_not_request`]);
    expect(opened).not.toContain(path);
  });

  test('two names that are one to another file system', async () => {
    const upper = 'access-requests/2026/11/ALICE.yaml';
    expect(await said({ ...CONTROL, [upper]: SHORT, [REQUEST]: SHORT })).toEqual([
      `${upper}:1:1 path_collision`,
      `${upper}:1:1 path_not_request`,
    ]);
    for (const path of [
      '.github/access/Policy.yaml',
      '.github/access/policy.yaml.',
      '.GitHub/access/policy.yaml',
    ]) {
      expect(await said({ ...CONTROL, [path]: '' })).toEqual([`${path}:1:1 path_collision`]);
    }
  });

  test.each(['120000', '100755', '160000'])(
    'a managed file of mode %s is told and never opened',
    async (mode) => {
      const files = {
        ...CONTROL,
        [REQUEST]: { text: SHORT, mode },
        [POLICY]: { text: example('policy'), mode },
      };
      const { said: found, opened } = await validate(files, REQUEST);
      expect(found).toEqual([`${POLICY}:1:1 file_mode`, `${REQUEST}:1:1 file_mode`]);
      expect(opened).toEqual([CATALOG, PEOPLE]);
    },
  );

  test('regular files are regular', async () => {
    expect(await said({ ...CONTROL, [REQUEST]: { text: SHORT, mode: '100644' } }, REQUEST)).toEqual([]);
  });
});

test('what is too large is never opened (T002)', async () => {
  const files = { ...CONTROL, [REQUEST]: { size: 16_385 }, [POLICY]: { size: 65_537 } };
  const { said: found, opened } = await validate(files);
  expect(found).toEqual([`${POLICY}:1:1 file_too_large`, `${REQUEST}:1:1 file_too_large`]);
  expect(opened).toEqual([CATALOG, PEOPLE]);
});
