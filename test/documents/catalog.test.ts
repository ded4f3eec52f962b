import { describe, expect, test } from 'vitest';
import { ownersOf } from '../../src/core/entitlement.js';
import { parseCatalog } from '../../src/documents/catalog.js';
import type { ProviderKind } from '../../src/ports/provider.js';
import { bytes, example, KINDS, problems } from './documents.js';

const parse = (text: string) => parseCatalog(bytes(text), 'catalog.yaml', KINDS);
const EXAMPLE = example('catalog');
const changed = (from: string, to: string) => parse(EXAMPLE.replace(from, to));

test('the example is read', () => {
  const target = { id: 'orders-db', kind: 'postgres', abilities: KINDS.get('postgres')?.abilities };
  expect(parse(EXAMPLE)).toEqual({
    value: {
      targets: new Map([['orders-db', target]]),
      entitlements: new Map([
        [
          'orders-db-readonly',
          {
            id: 'orders-db-readonly',
            title: 'Read the orders database',
            target,
            tier: { id: 'production', minApprovals: 2, maxDuration: '4h', nativeExpiry: 'optional' },
            grant: { role: 'app_readonly' },
            exclusive: true,
          },
        ],
      ]),
    },
    warnings: [],
  });
});

test('what is left out has its default', () => {
  const text = `version: 1
targets: { t: { kind: postgres } }
tiers: { low: {} }
entitlements:
  a: { title: A, target: t, grant: { role: r } }
  b: { title: B, target: t, tier: low, grant: { role: r } }
`;
  const parsed = parse(text);
  if (!('value' in parsed)) throw new Error('refused');
  expect(parsed.value.entitlements.get('a')).toMatchObject({ exclusive: false });
  expect(parsed.value.entitlements.get('a')).not.toHaveProperty('tier');
  expect(parsed.value.entitlements.get('b')?.tier).toEqual({
    id: 'low',
    minApprovals: 1,
    nativeExpiry: 'optional',
  });
});

test('owners are those of the entitlement before those of its target, and nobody where none are named', () => {
  const parsed = parse(`version: 1
targets: { t: { kind: postgres, owners: { teams: [dba] } }, u: { kind: postgres } }
entitlements:
  a: { title: A, target: t, grant: { role: r } }
  b: { title: B, target: t, grant: { role: r }, owners: { users: [Dana] } }
  c: { title: C, target: u, grant: { role: r } }
`);
  if (!('value' in parsed)) throw new Error('refused');
  const { entitlements } = parsed.value;
  expect([...entitlements.values()].map(ownersOf)).toEqual([
    { teams: ['dba'], users: [] },
    { teams: [], users: ['Dana'] },
    undefined,
  ]);
});

test('ids that mean something to JavaScript are ids like others, and no others are there (T010)', () => {
  const parsed = parse(`version: 1
targets: { constructor: { kind: postgres } }
tiers: { valueof: {}, constructor: { min_approvals: 3 } }
entitlements:
  constructor: { title: A, target: constructor, tier: constructor, grant: { role: r } }
`);
  if (!('value' in parsed)) throw new Error('refused');
  expect(parsed.value.entitlements.get('constructor')?.tier?.minApprovals).toBe(3);
  for (const name of ['toString', 'valueOf', '__proto__', 'hasOwnProperty']) {
    expect(parsed.value.entitlements.get(name)).toBeUndefined();
  }
});

describe('refused', () => {
  test.each<[string, string, string, string[]]>([
    ['an unknown kind', 'kind: postgres', 'kind: oracle', ['3:22 unknown_kind']],
    ['a kind that every object has', 'kind: postgres', 'kind: constructor', ['3:22 unknown_kind']],
    ['an unknown target', 'target: orders-db', 'target: order-db', ['9:13 unknown_target']],
    ['a target that every object has', 'target: orders-db', 'target: constructor', ['9:13 unknown_target']],
    ['an unknown tier', 'tier: production', 'tier: prod', ['10:11 unknown_tier']],
    ['a role in capitals', 'role: app_readonly', 'role: Admin', ['11:20 invalid_value']],
    ['a role with a quote', 'role: app_readonly', `role: 'x"; DROP'`, ['11:20 invalid_value']],
    [
      'another coordinate',
      'role: app_readonly',
      'roles: app_readonly',
      ['11:12 missing_key', '11:14 unknown_key'],
    ],
    [
      'a secret in the coordinates',
      '{ role: app_readonly }',
      '{ role: a, password: x }',
      ['11:23 unknown_key'],
    ],
    ['coordinates that are none', '{ role: app_readonly }', 'app_readonly', ['11:12 wrong_type']],
    [
      'a connection in the catalog',
      '{ kind: postgres }',
      '{ kind: postgres, host: db }',
      ['3:32 unknown_key'],
    ],
    ['an entitlement in capitals', '  orders-db-readonly:', '  Orders-db:', ['7:3 invalid_value']],
    ['an entitlement with a slash', '  orders-db-readonly:', '  orders/db:', ['7:3 invalid_value']],
    ['fewer than no approvals', 'min_approvals: 2', 'min_approvals: -1', ['5:32 invalid_value']],
    ['approvals as text', 'min_approvals: 2', 'min_approvals: "2"', ['5:32 wrong_type']],
    ['half an approval', 'min_approvals: 2', 'min_approvals: 1.5', ['5:32 wrong_type']],
    ['an endless duration', 'max_duration: 4h', 'max_duration: .inf', ['5:49 ambiguous_value']],
    [
      'a tier that wants more than the target can',
      'native_expiry: optional',
      'native_expiry: required',
      ['9:13 native_expiry_missing'],
    ],
    ['an unknown expiry', 'native_expiry: optional', 'native_expiry: maybe', ['5:68 invalid_value']],
    ['no title', '    title: Read the orders database\n', '', ['8:5 missing_key']],
    ['no entitlements', EXAMPLE.slice(EXAMPLE.indexOf('entitlements:')), '', ['1:1 missing_key']],
    ['owners that are nobody', '{ kind: postgres }', '{ kind: postgres, owners: {} }', ['3:40 too_few']],
    [
      'an owner that is no login',
      '    exclusive: true',
      '    owners: { users: [a b] }',
      ['12:23 invalid_value'],
    ],
    ['exclusive of YAML 1.1', 'exclusive: true', 'exclusive: yes', ['12:16 wrong_type']],
  ])('%s', (_, from, to, expected) => {
    expect(EXAMPLE).toContain(from);
    expect(problems(changed(from, to))).toEqual(expected);
  });

  test('what is wrong with one entitlement does not hide what is wrong with another', () => {
    const more =
      '  b: { title: 1, target: nowhere, tier: none, grant: { role: X } }\n  c: { title: C, target: orders-db, grant: {} }\n';
    expect(problems(parse(`${EXAMPLE}${more}`))).toEqual([
      '13:15 wrong_type',
      '13:26 unknown_target',
      '13:41 unknown_tier',
      '14:44 missing_key',
    ]);
  });
});

test('a target that ends access itself serves a tier that wants it', () => {
  const text = EXAMPLE.replace('kind: postgres', 'kind: certificate').replace(
    'expiry: optional',
    'expiry: required',
  );
  expect(problems(parse(text))).toEqual([]);
});

describe('a kind whose grants end in different ways', () => {
  const kind = KINDS.get('postgres');
  if (kind === undefined) throw new Error('no kind');
  const kinds = new Map([
    [
      'postgres',
      { ...kind, nativeExpiryOf: ({ role }) => (role === 'lasting' ? 'none' : 'enforced') } as ProviderKind,
    ],
  ]);
  const ending = (role: string, tier = 'required') =>
    parseCatalog(
      bytes(`version: 1
targets: { t: { kind: postgres } }
tiers: { safe: { native_expiry: ${tier} } }
entitlements:
  a: { title: A, target: t, tier: safe, grant: { role: ${role} } }
`),
      'catalog.yaml',
      kinds,
    );

  test('tells each entitlement how it ends', () => {
    const parsed = ending('reader');
    if (!('value' in parsed)) throw new Error('refused');
    expect(parsed.value.entitlements.get('a')?.target.abilities.nativeExpiry).toBe('enforced');
    expect(parsed.value.targets.get('t')?.abilities.nativeExpiry).toBe('none');
  });

  test('holds each against what its tier wants', () => {
    expect(problems(ending('lasting'))).toEqual(['5:26 native_expiry_missing']);
    expect(problems(ending('lasting', 'optional'))).toEqual([]);
  });

  test('is not asked about coordinates that are none', () => {
    expect(problems(ending('"UP"'))).toEqual([expect.stringMatching(/^5:/)]);
  });

  test('of which others say how they end whatever their coordinates are', () => {
    const text = EXAMPLE.replace('native_expiry: optional', 'native_expiry: required').replace(
      'role: app_readonly',
      'role: UP',
    );
    expect(problems(parse(text)).map((one) => one.split(' ')[1])).toEqual([
      'native_expiry_missing',
      'invalid_value',
    ]);
  });
});
