import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { kind } from '../../src/adapters/providers/memory/kind.js';
import { memoryProvider } from '../../src/adapters/providers/memory/provider.js';
import { createMemoryTarget, failNext } from '../../src/adapters/providers/memory/target.js';
import { createLog } from '../../src/adapters/system/log.js';
import { inspectSetup } from '../../src/app/setup/doctor.js';
import { Blocked, Retry } from '../../src/ports/fault.js';
import type { LogFields } from '../../src/ports/log.js';
import { createSandboxClock } from '../../src/sandbox/clock.js';
import { FIRST_FILES, PEOPLE } from '../../src/sandbox/documents.js';
import { startWorld, type World } from '../../src/sandbox/world.js';
import { setupOf } from '../../src/serve.js';
import { setupJson, setupText } from '../../src/views/doctor-text.js';
import { MEMORY_CATALOG, POLICY } from './scenario.js';

const dir = mkdtempSync(join(tmpdir(), 'hallpass-secrets-'));
let world: World;
afterEach(async () => {
  await world.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Of a target; with what needs escaping in each of the spellings. */
const PASSWORD = 'canary/P+w=?"ü 0123456789-of-orders-db';

/** Every spelling a secret could leave in: as it is, escaped for JSON or a URL, and in base64 whatever stands before it. */
function spellings(secret: string): readonly string[] {
  const parts = [secret, ...secret.split('\n')].filter(
    (part) => part.length >= 20 && !part.startsWith('-----'),
  );
  return parts.flatMap((part) => [
    part,
    JSON.stringify(part).slice(1, -1),
    encodeURIComponent(part),
    encodeURI(part),
    new URLSearchParams({ s: part }).toString().slice(2),
    ...['', 'x', 'xy'].flatMap((before) => {
      // Without the characters that what stands beside it has a part in.
      const bytes = Buffer.from(before + part);
      return [bytes.toString('base64').slice(4, -4), bytes.toString('base64url').slice(4, -4)];
    }),
  ]);
}

const TOKEN = /gh[oprsu]_[A-Za-z0-9]{16,}/;

/** What was found where; names, not the secrets. */
function leaks(
  places: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(places).flatMap(([place, text]) => [
    ...Object.entries(secrets)
      .filter(([, secret]) => spellings(secret).some((spelling) => text.includes(spelling)))
      .map(([name]) => `${name} in ${place}`),
    ...(TOKEN.test(text) ? [`a token in ${place}`] : []),
  ]);
}

/** Every object of a repository: documents, commits, messages, on every branch. */
function everythingIn(gitDir: string): string {
  const git = (args: readonly string[], input?: string) =>
    execFileSync('git', ['-C', gitDir, ...args], { input, encoding: 'latin1', maxBuffer: 1 << 28 });
  const ids = git(['cat-file', '--batch-all-objects', '--batch-check=%(objectname)']);
  return git(['cat-file', '--batch'], ids);
}

function everyFileBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');
}

type Line = readonly [level: 'info' | 'warn' | 'error', message: string, fields: LogFields | undefined];

it('no secret leaves in any spelling over a whole life with faults (T145, T146)', async () => {
  const clock = createSandboxClock({ standing: true });
  const target = createMemoryTarget({ clock });
  const lines: Line[] = [];
  const note = (level: Line[0]) => (message: string, fields?: LogFields) =>
    void lines.push([level, message, fields]);
  world = await startWorld({
    dir,
    clock,
    secrets: () => [PASSWORD],
    log: { info: note('info'), warn: note('warn'), error: note('error') },
    targets: new Map(
      ['orders-db', 'teams'].map((id) => [id, { kind: 'memory', connection: { password: PASSWORD } }]),
    ),
    providers: new Map([
      [
        'memory',
        {
          kind,
          create: async (_, deps) =>
            memoryProvider(target, { target: deps.target, timeoutMilliseconds: 200 }),
        },
      ],
    ]),
    github: {
      bypass: ['root'],
      files: {
        ...FIRST_FILES,
        '.github/access/policy.yaml': POLICY,
        '.github/access/catalog.yaml': MEMORY_CATALOG,
        '.github/access/people.yaml': PEOPLE,
      },
    },
  });
  const { github } = world;
  const { serveOptions } = world;
  const secrets = {
    password: PASSWORD,
    'private key': serveOptions.github.privateKey,
    'signing key': serveOptions.signingKey,
    'webhook secret': serveOptions.webhookSecret,
  };
  // Targets say back what they were given, in whatever form they like.
  const babble = Object.values(secrets)
    .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(`x:${secret}`).toString('base64')])
    .join(' ');
  const tell = (verb: 'grant' | 'revoke' | 'observe' | 'endSessions') =>
    failNext(target, verb, {
      times: 1,
      fault: new Retry('away', `postgres://hallpass:${PASSWORD}@db: ${babble}`),
    });
  const settle = async (seconds: number) => {
    clock.advance(seconds);
    world.running.hints.sweep();
    await world.settled();
  };
  const path = (name: string) => `access-requests/${clock.now().slice(0, 7).replace('-', '/')}/${name}.yaml`;
  const ask = async (name: string) => {
    const lines = [
      'version: 1',
      'subject: alice',
      'entitlements: [orders-db-readonly]',
      'duration: 1h',
      'justification: "INC-1: x"',
      'ticket: INC-1',
      '',
    ];
    await github.as('alice').push(name, { [path(name)]: lines.join('\n') });
    const pull = await github.as('alice').openPullRequest({ head: name });
    await world.settled();
    for (const login of ['bob', 'carol']) {
      clock.advance(5);
      await github.as(login).approve(pull);
    }
    await world.settled();
    clock.advance(5);
    await github.as('alice').merge(pull);
    await world.settled();
  };

  tell('observe');
  tell('grant');
  github.api.fail(/check-runs|updateCheckRun/, 422);
  github.api.fail(/comments|addComment|updateIssueComment/, 401);
  await ask('first');
  await settle(60);
  github.api.fail(/access_tokens/, 403);
  github.api.fail(/git-upload-pack/, 401);
  await settle(60);
  await github
    .as('root')
    .push('main', { [path('pushed')]: 'version: 1\n', '.github/access/policy.yaml': 'version: [' });
  await world.settled();
  target.neverExpires = true;
  failNext(target, 'revoke', { times: 3, fault: new Blocked('refused', babble, `Use ${PASSWORD} no more.`) });
  tell('endSessions');
  await settle(3_600);
  await settle(120);
  await settle(120);
  expect([...target.granted]).toEqual([]);

  const answers: string[] = [];
  for (const [where, init] of [
    ['/healthz', {}],
    ['/readyz', {}],
    ['/nowhere', {}],
    ['/api/github/webhooks', { method: 'POST', body: '{' }],
    [
      '/api/github/webhooks',
      {
        method: 'POST',
        body: '{}',
        headers: {
          'x-hub-signature-256': 'sha256=00',
          'x-github-event': 'push',
          'x-github-delivery': 'a',
          'content-type': 'application/json',
        },
      },
    ],
  ] as const) {
    const answer = await fetch(new URL(where, world.running.bot.url), init);
    answers.push(JSON.stringify([...answer.headers]), await answer.text());
  }
  tell('observe');
  const findings = await inspectSetup(
    { ...world.wired.ports, ...world.wired.setup },
    setupOf(serveOptions, world.wired.appSlug),
    { canary: true },
  );
  let logged = '';
  const log = createLog({
    clock,
    secrets: () => Object.values(secrets),
    destination: {
      write(line) {
        logged += line;
      },
    },
  });
  for (const [level, message, fields] of lines) log[level](message, fields);
  for (const said of babble.split(' ')) log.warn(`a target said ${said}`, { said });
  expect(findings.map(({ code }) => code)).toContain('target_unreachable');

  const places = {
    log: logged,
    // Comments, checks, issues and labels: GitHub tells of each in a webhook.
    'what GitHub shows': github.hooks.deliveries.map(({ body }) => body).join('\n'),
    'the repository and the ledger': everythingIn(github.gitDir),
    data_dir: everyFileBelow(serveOptions.dataDir),
    answers: answers.join('\n'),
    doctor: setupText(findings) + JSON.stringify(setupJson(findings)),
  };
  for (const [place, text] of Object.entries(places)) expect(text.length, place).toBeGreaterThan(50);
  expect(leaks(places, secrets)).toEqual([]);
  // The finder finds.
  for (const [name, secret] of Object.entries(secrets)) {
    for (const text of [
      secret,
      encodeURIComponent(secret),
      Buffer.from(`zz${secret}`).toString('base64'),
      JSON.stringify({ secret }),
    ])
      expect(leaks({ here: text }, { [name]: secret })).toEqual([`${name} in here`]);
  }
});
