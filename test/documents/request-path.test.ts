import { expect, test } from 'vitest';
import { parseInstant } from '../../src/core/time.js';
import { requestPathIssues } from '../../src/documents/request-path.js';

const at = (text: string) => {
  const instant = parseInstant(text);
  if (instant === undefined) throw new Error(text);
  return instant;
};

test.each([
  ['access-requests/2026/11/alice.yaml', '2026-11-22T12:00:00Z'],
  ['access-requests/2026/11/22/alice.yaml', '2026-11-22T12:00:00Z'],
  ['access-requests/2026/11/21/alice.yaml', '2026-11-22T00:00:00Z'],
  ['access-requests/2026/11/23/alice.yaml', '2026-11-22T23:59:59Z'],
  ['access-requests/2026/12/alice.yaml', '2026-11-30T00:00:00Z'],
  ['access-requests/2026/11/alice.yaml', '2026-12-01T23:59:59Z'],
  ['access-requests/2027/01/01/alice.yaml', '2026-12-31T08:00:00Z'],
  ['access-requests/2028/02/29/alice.yaml', '2028-03-01T08:00:00Z'],
  ['access-requests/2026/11/constructor.yaml', '2026-11-22T12:00:00Z'],
])('%s is right for a pull request of %s', (path, opened) => {
  expect(requestPathIssues(path, at(opened))).toEqual([]);
});

test.each([
  ['access-requests/2026/10/alice.yaml', '2026-11-22T12:00:00Z', 'access-requests/2026/11/alice.yaml'],
  ['access-requests/2026/11/20/alice.yaml', '2026-11-22T00:00:00Z', 'access-requests/2026/11/22/alice.yaml'],
  ['access-requests/2026/12/alice.yaml', '2026-11-29T23:59:59Z', 'access-requests/2026/11/alice.yaml'],
  ['access-requests/2025/11/22/alice.yaml', '2026-11-22T12:00:00Z', 'access-requests/2026/11/22/alice.yaml'],
  ['access-requests/2026/02/30/alice.yaml', '2026-03-01T12:00:00Z', 'access-requests/2026/03/01/alice.yaml'],
])('%s is wrong for a pull request of %s and belongs at %s', (path, opened, right) => {
  const [issue, ...others] = requestPathIssues(path, at(opened));
  expect(others).toEqual([]);
  expect(issue).toMatchObject({ code: 'path_date', file: path, fix: `move the file to ${right}` });
});

// T016, T019
test.each([
  'access-requests/../.github/access/policy.yaml',
  'access-requests/2026/11/../../x.yaml',
  'access-requests/2026/11/a/b.yaml',
  'access-requests/2026/13/a.yaml',
  'access-requests/2026/11/32/a.yaml',
  'access-requests/2026/11/Alice.yaml',
  'access-requests/2026/11/a.YAML',
  'access-requests/2026/11/a.yml',
  'access-requests/2026/11/.yaml',
  'access-requests/2026/11/a b.yaml',
  'access-requests/2026/11/a\n.yaml',
  'access-requests/2026/11/\u001b[31m.yaml',
  'access-requests/2026/11/a\\b.yaml',
  'access-requests/2026/11/..%2fpolicy.yaml',
  'access-requests/2026/11/é.yaml',
  `access-requests/2026/11/${'a'.repeat(64)}.yaml`,
  'access-requests/alice.yaml',
  'access-requests/2026/alice.yaml',
  '/access-requests/2026/11/a.yaml',
  'Access-requests/2026/11/a.yaml',
])('no request may lie at %j', (path) => {
  expect(requestPathIssues(path, at('2026-11-22T12:00:00Z'))).toMatchObject([
    { code: 'path_not_request', line: 1, column: 1 },
  ]);
});
