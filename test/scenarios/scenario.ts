import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ProviderFactory } from '../../src/adapters/providers/deps.js';
import { kind } from '../../src/adapters/providers/memory/kind.js';
import { memoryProvider } from '../../src/adapters/providers/memory/provider.js';
import {
  createMemoryTarget,
  grantedNow,
  type MemoryTarget,
} from '../../src/adapters/providers/memory/target.js';
import { verifyLedger } from '../../src/app/auditing/verify-ledger.js';
import type { Entry, EventName } from '../../src/core/grant.js';
import { parseRequestId } from '../../src/core/request.js';
import { addSeconds } from '../../src/core/time.js';
import { createSandboxClock, type SandboxClock } from '../../src/sandbox/clock.js';
import { CATALOG, FIRST_FILES, PEOPLE, POLICY } from '../../src/sandbox/documents.js';
import { startWorld, type World, type WorldOptions } from '../../src/sandbox/world.js';
import { openLedgerHistory, providerKinds } from '../../src/wire-offline.js';

export interface Asked {
  readonly subject?: string;
  readonly entitlements?: readonly string[];
  readonly duration?: string;
  readonly justification?: string;
  /** Further lines of the document. */
  readonly more?: readonly string[];
}

/** Hallpass on the sandbox, with a target that can be looked into and a clock that stands still until it is moved. */
export interface Scenario {
  readonly world: World;
  readonly clock: SandboxClock;
  readonly target: MemoryTarget;
  /** Puts the clock of Hallpass off GitHub's by so many seconds. */
  skew(seconds: number): void;
  /** Codes of what an audit of the ledger has to find in the end; nothing where none is named. */
  auditFinds(...codes: readonly string[]): void;
  /** Codes it may find as well as not. */
  auditMayFind(...codes: readonly string[]): void;
  /** What was logged, one line each. */
  readonly log: readonly string[];
  /** The id a request of this name has. */
  id(name: string): string;
  path(name: string): string;
  document(asked?: Asked): string;
  /** Pushes a request and opens its pull request. */
  ask(login: string, name: string, asked?: Asked): Promise<number>;
  /** Approves a moment later, as people do. */
  approve(pull: number, ...logins: readonly string[]): Promise<void>;
  merge(pull: number, login?: string): Promise<void>;
  /** Moves the clock and lets a pass follow. */
  after(seconds: number): Promise<void>;
  pass(): Promise<void>;
  /** `subject name` of everything Hallpass granted that the target holds now. */
  held(): readonly string[];
  entry(name: string): Promise<Entry | undefined>;
  events(name: string): Promise<readonly EventName[]>;
  /** `code path` of every violation in the ledger. */
  violations(): Promise<readonly string[]>;
  /** Bodies of the comments on a pull request. */
  comments(pull: number): Promise<readonly string[]>;
  /** Issues that are no pull requests, oldest first. */
  issues(): Promise<readonly { readonly title: string; readonly state: string; readonly body: string }[]>;
  checkTitle(pull: number): Promise<string>;
  /** Who was asked for a review and has not given one. */
  asked(pull: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface ScenarioOptions {
  /** Targets of the catalog, where not all of it lies in one. */
  readonly targets?: (clock: SandboxClock) => ReadonlyMap<string, MemoryTarget>;
  /** How long a call to a target may take. */
  readonly timeoutMilliseconds?: number;
  /** Team slug to logins. */
  readonly teams?: Readonly<Record<string, readonly string[]>>;
  readonly policy?: string;
  readonly catalog?: string;
  readonly people?: string;
  readonly allowForks?: boolean;
  readonly driftIssue?: boolean;
  readonly watchesSetup?: boolean;
  /** Whether people can sign in to see pages. */
  readonly dashboard?: boolean;
  readonly receivers?: WorldOptions['receivers'];
  readonly streams?: WorldOptions['streams'];
  readonly checkpoints?: WorldOptions['checkpoints'];
  readonly store?: WorldOptions['store'];
  /** The kind the catalog calls its targets, where one is wanted that knows people by other names. Default `memory`. */
  readonly kind?: string;
}

/** Whatever a scenario did, the ledger it leaves is proved from the outside, every decision made again. */
async function mustBeProvable(
  world: World,
  { expected, tolerated }: Readonly<Record<'expected' | 'tolerated', ReadonlySet<string>>>,
): Promise<void> {
  const history = await openLedgerHistory(world.github.gitDir);
  try {
    const verified = await verifyLedger({
      history,
      signers: world.wired.allowedSigners,
      kinds: providerKinds,
      replay: true,
    });
    const codes =
      verified.kind === 'verified' ? verified.findings.map(({ code }) => code) : [verified.reason];
    const found = new Set(codes.filter((code) => !tolerated.has(code)));
    expect([...found].toSorted()).toEqual([...expected].toSorted());
  } finally {
    await history.close();
  }
}

const MEMORY_CATALOG = CATALOG.replaceAll('kind: postgres', 'kind: memory')
  .replaceAll('role:', 'name:')
  .replace('teams: { kind: github-team }', 'teams: { kind: memory }')
  .replaceAll('team: orders', 'name: orders');

export { MEMORY_CATALOG, PEOPLE, POLICY };

export async function startScenario(options: ScenarioOptions = {}): Promise<Scenario> {
  const dir = await mkdtemp(join(tmpdir(), 'hallpass-scenario-'));
  const clock = createSandboxClock({ standing: true });
  const target = createMemoryTarget({ clock });
  const targets = options.targets?.(clock) ?? new Map(['orders-db', 'teams'].map((id) => [id, target]));
  let skewed = 0;
  const expected = new Set<string>();
  const tolerated = new Set<string>();
  const log: string[] = [];
  const note =
    (level: string) =>
    (message: string, fields: object = {}) =>
      void log.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const memory: ProviderFactory = {
    kind,
    create: async (_connection, deps) =>
      memoryProvider(targets.get(deps.target) ?? target, {
        target: deps.target,
        timeoutMilliseconds: options.timeoutMilliseconds ?? 200,
      }),
  };
  const world = await startWorld({
    dir,
    clock: { ...clock, now: () => addSeconds(clock.now(), skewed) },
    log: { info: note('info'), warn: note('warn'), error: note('error') },
    targets: new Map(
      [...targets.keys(), 'teams'].map((id) => [id, { kind: options.kind ?? 'memory', connection: {} }]),
    ),
    providers: new Map([[options.kind ?? 'memory', memory]]),
    ...(options.driftIssue === undefined ? {} : { driftIssue: options.driftIssue }),
    ...(options.watchesSetup === undefined ? {} : { watchesSetup: options.watchesSetup }),
    ...(options.dashboard === undefined ? {} : { dashboard: options.dashboard }),
    ...(options.receivers === undefined ? {} : { receivers: options.receivers }),
    ...(options.streams === undefined ? {} : { streams: options.streams }),
    ...(options.checkpoints === undefined ? {} : { checkpoints: options.checkpoints }),
    ...(options.store === undefined ? {} : { store: options.store }),
    retryMilliseconds: 1,
    github: {
      ...(options.allowForks === undefined ? {} : { allowForks: options.allowForks }),
      ...(options.teams === undefined ? {} : { teams: options.teams }),
      bypass: ['root'],
      files: {
        ...FIRST_FILES,
        '.github/access/policy.yaml': options.policy ?? POLICY,
        '.github/access/catalog.yaml': options.catalog ?? MEMORY_CATALOG,
        '.github/access/people.yaml': options.people ?? PEOPLE,
      },
    },
  });
  const month = clock.now().slice(0, 7).replace('-', '/');
  const get = async (path: string): Promise<unknown> => {
    const answer = await fetch(`${world.github.url}/repos/acme/access${path}`, {
      headers: { authorization: `Bearer ${world.github.token('bob')}` },
    });
    return answer.json();
  };
  const scenario: Scenario = {
    world,
    clock,
    target,
    skew(seconds) {
      skewed = seconds;
    },
    auditFinds(...codes) {
      for (const code of codes) expected.add(code);
    },
    auditMayFind(...codes) {
      for (const code of codes) tolerated.add(code);
    },
    log,
    id: (name) => `${month}/${name}`,
    path: (name) => `access-requests/${month}/${name}.yaml`,
    document: ({
      subject = 'alice',
      entitlements = ['orders-db-readonly'],
      duration = '1h',
      justification = 'INC-1: look at it',
      more = [],
    } = {}) =>
      [
        'version: 1',
        `subject: ${subject}`,
        `entitlements: [${entitlements.join(', ')}]`,
        `duration: ${duration}`,
        `justification: ${JSON.stringify(justification)}`,
        'ticket: INC-1',
        ...more,
        '',
      ].join('\n'),
    async ask(login, name, asked) {
      const actor = world.github.as(login);
      await actor.push(name, { [scenario.path(name)]: scenario.document(asked) });
      const pull = await actor.openPullRequest({ head: name });
      await world.settled();
      return pull;
    },
    async approve(pull, ...logins) {
      for (const login of logins) {
        clock.advance(5);
        await world.github.as(login).approve(pull);
      }
      await world.settled();
    },
    async merge(pull, login = 'alice') {
      clock.advance(5);
      await world.github.as(login).merge(pull);
      await world.settled();
    },
    async after(seconds) {
      clock.advance(seconds);
      await scenario.pass();
    },
    async pass() {
      world.running.hints.pass();
      await world.settled();
    },
    held: () =>
      [...new Set(targets.values())].flatMap((one) =>
        grantedNow(one).map(({ subject, name }) => `${subject} ${name}`),
      ),
    async entry(name) {
      await world.wired.ports.ledger.read();
      const id = parseRequestId(scenario.id(name));
      return id === undefined ? undefined : world.wired.ports.ledger.entry(id);
    },
    events: async (name) => (await scenario.entry(name))?.events.map(({ event }) => event) ?? [],
    async violations() {
      const { violationsIn } = await import('./ledger-files.js');
      return violationsIn(world.github.gitDir);
    },
    async comments(pull) {
      const comments = (await get(`/issues/${pull}/comments?per_page=100`)) as { body: string }[];
      return comments.map(({ body }) => body);
    },
    async asked(pull) {
      const { requested_reviewers: people } = (await get(`/pulls/${pull}`)) as {
        requested_reviewers: { login: string }[];
      };
      return people.map(({ login }) => login).toSorted();
    },
    async issues() {
      const issues = (await get('/issues?state=all&direction=asc&per_page=100')) as {
        title: string;
        state: string;
        body: string;
        pull_request?: object;
      }[];
      return issues.filter((issue) => issue.pull_request === undefined);
    },
    async checkTitle(pull) {
      const { head } = (await get(`/pulls/${pull}`)) as { head: { sha: string } };
      const { check_runs: runs } = (await get(`/commits/${head.sha}/check-runs?check_name=hallpass`)) as {
        check_runs: { output: { title: string } }[];
      };
      return runs[0]?.output.title ?? 'no check';
    },
    async close() {
      await world.settled();
      await mustBeProvable(world, { expected, tolerated });
      await world.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
  return scenario;
}
