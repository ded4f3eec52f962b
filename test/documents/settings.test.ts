import { describe, expect, test } from 'vitest';
import { providerKinds } from '../../src/adapters/providers/index.js';
import { URGENT_EVENTS } from '../../src/core/notice.js';
import { parseSettings } from '../../src/documents/settings.js';
import { bytes, example, problems } from './documents.js';

const EXAMPLE = example('settings');
const parse = (text: string) => parseSettings(bytes(text), 'hallpass.yaml', providerKinds);
const changed = (from: string | RegExp, to: string) => EXAMPLE.replace(from, to);

test('the example is read, with defaults in place', () => {
  expect(parse(EXAMPLE)).toEqual({
    value: {
      github: {
        apiUrl: 'https://api.github.com',
        appId: 4242,
        privateKey: { file: '/etc/hallpass/app.pem' },
        webhookSecret: { env: 'HALLPASS_WEBHOOK_SECRET' },
      },
      repository: {
        owner: 'example',
        name: 'access',
        id: 700001,
        installationId: 5150,
        branch: 'main',
        ledgerBranch: 'access-ledger',
        cloneUrl: 'https://github.com/example/access.git',
      },
      server: { host: '127.0.0.1', port: 3000, metrics: true },
      dataDir: '/var/lib/hallpass',
      signingKey: { file: '/etc/hallpass/ledger_ed25519' },
      schedule: '* * * * *',
      revokers: { teams: ['security'], users: ['dana'] },
      targets: new Map([
        [
          'orders-db',
          {
            kind: 'postgres',
            connection: { host: 'db.internal', database: 'orders', user: 'hallpass' },
            secrets: [{ at: ['password'], source: { env: 'ORDERS_DB_PASSWORD' } }],
          },
        ],
      ]),
      publicUrl: 'https://hallpass.example.com',
      allowForks: false,
      driftIssue: false,
      notify: [],
      streams: [],
      alertAfterSeconds: 300,
    },
    warnings: [],
  });
});

test('what may be left out has the safe default', () => {
  const short = EXAMPLE.replace(/^(?:server|schedule|revokers|public_url):.*\n/gm, '');
  expect(parse(short)).toMatchObject({
    value: {
      server: { host: '127.0.0.1', port: 3000 },
      schedule: '* * * * *',
      revokers: { teams: [], users: [] },
      allowForks: false,
    },
  });
});

test.each([
  ['api.github.com', 'https://api.github.com', 'https://github.com/example/access.git'],
  [
    'https://git.example.com/api/v3',
    'https://git.example.com/api/v3',
    'https://git.example.com/example/access.git',
  ],
  ['http://127.0.0.1:4567', 'http://127.0.0.1:4567', 'http://127.0.0.1:4567/example/access.git'],
])('the host %s is the API %s and clones from %s', (host, apiUrl, cloneUrl) => {
  const parsed = parse(changed('github:\n', `github:\n  host: ${host}\n`));
  expect(parsed).toMatchObject({ value: { github: { apiUrl }, repository: { cloneUrl } } });
});

describe('refused', () => {
  test.each([
    'http://git.example.com',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'https://user:password@git.example.com',
    'https://git.example.com?x=1',
    'https://git.example.com#x',
    'https://git.example.com/',
    'file:///etc/passwd',
    'git.example.com',
    'https://',
  ])('%s as a host', (host) => {
    expect(problems(parse(changed('github:\n', `github:\n  host: "${host}"\n`)))).toEqual([
      '3:9 invalid_value',
    ]);
  });

  test.each([
    [
      'an inline secret',
      'private_key: { file: /etc/hallpass/app.pem }',
      'private_key: "-----BEGIN"',
      '4:16 wrong_type',
    ],
    ['two places for a secret', '{ file: /etc/hallpass/app.pem }', '{ file: a, env: B }', '4:16 too_many'],
    ['no place for a secret', '{ file: /etc/hallpass/app.pem }', '{}', '4:16 too_few'],
    ['a secret of another kind', '{ file: /etc/hallpass/app.pem }', '{ vault: x }', '4:18 unknown_key'],
    ['an inline secret of a target', '{ env: ORDERS_DB_PASSWORD }', 'hunter2', '18:15 wrong_type'],
    ['an unknown kind', 'kind: postgres', 'kind: oracle', '14:11 unknown_kind'],
    ['a key the kind does not know', 'host: db.internal', 'hostname: db.internal', '15:5 unknown_key'],
    ['a missing key of the kind', '    database: orders\n', '', '14:5 missing_key'],
    ['a port that is none', 'port: 3000', 'port: 70000', '7:34 invalid_value'],
    ['a schedule that is none', '"* * * * *"', 'hourly', '10:11 invalid_value'],
    ['a dotted repository', 'name: access', 'name: ..', '6:37 invalid_value'],
    [
      'a branch that looks like an option',
      'id: 700001',
      'branch: --upload-pack=touch, id: 700001',
      '6:53 invalid_value',
    ],
    ['an unknown setting', 'data_dir:', 'datadir:', '8:1 unknown_key'],
    ['another version', 'version: 1', 'version: 2', '1:10 unknown_version'],
    ['an empty group', '{ teams: [security], users: [dana] }', '{}', '11:11 too_few'],
  ])('%s', (_, from, to, problem) => {
    expect(problems(parse(changed(from, to)))).toContainEqual(problem);
  });
});

test('everything that is wrong is told at once', () => {
  const text = EXAMPLE.replace('4242', '"4242"')
    .replace('postgres', 'oracle')
    .replace('port: 3000', 'port: 0x10');
  expect(problems(parse(text))).toEqual(['3:11 wrong_type', '7:34 ambiguous_value', '14:11 unknown_kind']);
});

describe('receivers of notices', () => {
  const notify = (...lines: readonly string[]) =>
    parse(`${EXAMPLE}notify:\n${lines.map((line) => `  - { ${line} }\n`).join('')}`);
  const SLACK = 'name: a, kind: slack, url: { env: URL }';
  const WEBHOOK = 'name: b, kind: webhook, url: { file: url }, secrets: [{ env: S1 }, { env: S2 }]';

  test('are read, and get what wants somebody unless they say what they want', () => {
    const parsed = notify(SLACK, `${WEBHOOK}, events: [violation], entitlements: ["orders-*"], rules: [x]`);
    expect(parsed).toMatchObject({
      value: {
        notify: [
          { name: 'a', kind: 'slack', url: { env: 'URL' }, secrets: [], filter: { events: URGENT_EVENTS } },
          {
            name: 'b',
            secrets: [{ env: 'S1' }, { env: 'S2' }],
            filter: { events: ['violation'], entitlements: ['orders-*'], rules: ['x'] },
          },
        ],
      },
    });
  });

  test.each<[string, readonly string[], string]>([
    ['an address in the file', ['name: a, kind: slack, url: "https://hooks.example.com/x"'], 'wrong_type'],
    ['two of one name', [SLACK, SLACK], 'duplicate_item'],
    ['the name of the review host', [SLACK.replace('name: a', 'name: github')], 'duplicate_item'],
    ['no name', [SLACK.replace('name: a, ', '')], 'missing_key'],
    ['an unknown event', [`${SLACK}, events: [everything]`], 'invalid_value'],
    ['no event', [`${SLACK}, events: []`], 'too_few'],
    ['an unknown kind', [SLACK.replace('kind: slack', 'kind: mail')], 'invalid_value'],
    ['a webhook without a secret', [WEBHOOK.replace(/, secrets.*/, '')], 'missing_key'],
    ['a webhook with an empty list of them', [WEBHOOK.replace(/secrets.*/, 'secrets: []')], 'too_few'],
    ['a secret for Slack', [`${SLACK}, secrets: [{ env: S }]`], 'unknown_key'],
    ['a pattern in the middle', [`${SLACK}, entitlements: ["*-db"]`], 'invalid_value'],
  ])('are refused with %s', (_, lines, code) => {
    expect(problems(notify(...lines))).toContainEqual(
      expect.stringMatching(new RegExp(`^\\d+:\\d+ ${code}$`)),
    );
  });

  test.each([
    ['10m', 600],
    ['1h', 3_600],
  ])('are told of an end that is late after %s', (text, seconds) => {
    expect(parse(`${EXAMPLE}alert_after: ${text}\n`)).toMatchObject({
      value: { alertAfterSeconds: seconds },
    });
  });

  test.each(['0m', '5', '-5m', '5s'])('are not told after %s', (text) => {
    expect(problems(parse(`${EXAMPLE}alert_after: "${text}"\n`))).toHaveLength(1);
  });
});

describe('a dashboard', () => {
  const withDashboard = (lines: string) => `${EXAMPLE}dashboard:\n${lines}`;
  const WELL = '  client_id: Iv23liExample\n  client_secret: { env: HALLPASS_CLIENT_SECRET }\n';

  test('is there when the settings say so, and only then', () => {
    expect(parse(withDashboard(WELL))).toMatchObject({
      value: { dashboard: { clientId: 'Iv23liExample', clientSecret: { env: 'HALLPASS_CLIENT_SECRET' } } },
    });
    expect(parse(EXAMPLE)).not.toHaveProperty('value.dashboard');
  });

  test.each([
    ['no client', '  client_secret: { env: X }\n', 'missing_key'],
    ['no secret', '  client_id: x\n', 'missing_key'],
    ['a secret in the open', '  client_id: x\n  client_secret: abc\n', 'wrong_type'],
    ['another key', `${WELL}  open: true\n`, 'unknown_key'],
  ])('with %s is refused', (_name, lines, code) => {
    expect(problems(parse(withDashboard(lines))).join('\n')).toContain(code);
  });

  test('wants to be told where people reach it', () => {
    const found = problems(parse(withDashboard(WELL).replace(/^public_url:.*\n/m, '')));
    expect(found).toEqual(['20:3 missing_key']);
  });
});

describe('where evidence is kept elsewhere', () => {
  const read = (text: string) => parse(`${EXAMPLE}${text}`);

  test('is read', () => {
    const parsed = read(`streams:
  - { name: siem, format: ocsf, file: audit.jsonl }
  - { name: hook, format: json, url: { env: A }, secrets: [{ env: B }] }
checkpoints: { every: 1d, folder: anchors, command: [/usr/bin/keep, "{name}"] }
`);
    expect(parsed).toMatchObject({
      value: {
        streams: [
          { name: 'siem', format: 'ocsf', file: 'audit.jsonl', secrets: [] },
          { name: 'hook', format: 'json', url: { env: 'A' }, secrets: [{ env: 'B' }] },
        ],
        checkpoints: { everySeconds: 86_400, folder: 'anchors', command: ['/usr/bin/keep', '{name}'] },
      },
    });
  });

  test.each<readonly [string, string, string]>([
    [
      'two streams of one name',
      'streams: [{ name: a, format: json, file: x }, { name: a, format: json, file: y }]',
      'duplicate_item',
    ],
    ['a stream to nowhere', 'streams: [{ name: a, format: json }]', 'choose_one'],
    [
      'a stream to two places',
      'streams: [{ name: a, format: json, file: x, url: { env: A }, secrets: [{ env: B }] }]',
      'choose_one',
    ],
    ['a webhook without secrets', 'streams: [{ name: a, format: json, url: { env: A } }]', 'missing_key'],
    [
      'a file with secrets',
      'streams: [{ name: a, format: json, file: x, secrets: [{ env: B }] }]',
      'unknown_key',
    ],
    ['a format nobody knows', 'streams: [{ name: a, format: xml, file: x }]', 'invalid_value'],
    ['checkpoints to nowhere', 'checkpoints: { every: 1d }', 'missing_key'],
    [
      'checkpoints by a program of some folder',
      'checkpoints: { every: 1d, command: [keep] }',
      'invalid_value',
    ],
    ['checkpoints at no time', 'checkpoints: { folder: x }', 'missing_key'],
  ])('is refused: %s', (_, text, code) => {
    expect(problems(read(`${text}\n`)).join('\n')).toContain(code);
  });
});
