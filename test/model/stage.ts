import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createMemoryTarget, type MemoryTarget, rowKey } from '../../src/adapters/providers/memory/target.js';
import { runPass } from '../../src/app/reconciling/run-pass.js';
import type { Entry } from '../../src/core/grant.js';
import { parseEntry } from '../../src/documents/entry.js';
import { type Scenario, startScenario } from '../scenarios/scenario.js';
import { CATALOG, PEOPLE, POLICY, type TargetId, TEAMS } from './documents.js';
import {
  type GitHubFault,
  isDeaf,
  land,
  type Model,
  mergesItself,
  newModel,
  note,
  type Request,
} from './model.js';

const run = promisify(execFile);

/** Hallpass on the sandbox with two targets and a second replica, and the model beside them. */
export interface Stage {
  readonly scenario: Scenario;
  readonly model: Model;
  readonly targets: Readonly<Record<TargetId, MemoryTarget>>;
  /** What lets a hanging target go on. */
  readonly releases: Map<TargetId, () => void>;
  /** When every target last went through a pass with nothing left of a fault of its own. */
  readonly cleanAt: Record<TargetId, number>;
  /** Entries of the ledger as it lies at GitHub, by id. */
  ledger: ReadonlyMap<string, Entry>;
  /** How many requests there were, to name the next. */
  asked: number;
  /** Nothing was broken since everything was healed, so that what is held can be told exactly. */
  calm: boolean;
  /** Seconds. */
  now(): number;
  /** Lets time go by; what could be asked is asked at every moment something changes. */
  advance(seconds: number): void;
  /** A command begins. */
  begin(): void;
  /**
   * Lets everything come to rest and reads what GitHub and the ledger show.
   * @param passed whether a pass must have run, so that targets without a fault have nothing left to end.
   */
  rest(passed?: boolean): Promise<void>;
  /** One pass, of the first process or of both at once. */
  pass(who?: 'one' | 'both'): Promise<void>;
  /** Ends it, and proves its ledger. */
  close(): Promise<void>;
  /** Ends it after a failure. */
  abandon(): Promise<void>;
}

export async function startStage(): Promise<Stage> {
  const targets = new Map<TargetId, MemoryTarget>();
  const scenario = await startScenario({
    targets(clock) {
      for (const id of ['db', 'ci'] as const) {
        targets.set(id, { ...createMemoryTarget({ clock }), neverExpires: true, remembers: id === 'db' });
      }
      return targets;
    },
    timeoutMilliseconds: 10,
    policy: POLICY,
    catalog: CATALOG,
    people: PEOPLE,
    teams: TEAMS,
  });
  const [db, ci] = [targets.get('db'), targets.get('ci')];
  if (db === undefined || ci === undefined) throw new Error('the targets were not made');
  // A target that is away makes ends late, and the ledger says so.
  scenario.auditMayFind('ended_late');
  const other = await scenario.world.replica();
  const read = ledgerReader(scenario.world.github.gitDir);
  const model = newModel();
  const faultyAt: Record<TargetId, number> = { db: 0, ci: 0 };
  const noteFaulty = (): void => {
    for (const id of ['db', 'ci'] as const) if (isFaulty(stage.targets[id])) faultyAt[id] = stage.now();
  };
  const stage: Stage = {
    scenario,
    model,
    targets: { db, ci },
    releases: new Map(),
    cleanAt: { db: 0, ci: 0 },
    ledger: new Map(),
    asked: 0,
    calm: true,
    now: () => Math.floor(scenario.clock.date().getTime() / 1_000),
    advance(seconds) {
      scenario.clock.advance(seconds);
      note(model, stage.now());
    },
    begin: noteFaulty,
    async rest(passed = false) {
      note(model, stage.now());
      await scenario.world.settled();
      breakGitHub(scenario, new Set());
      await look(scenario, model);
      breakGitHub(scenario, model.faults);
      note(model, stage.now());
      stage.ledger = await read();
      for (const request of model.requests) learn(request, stage.ledger.get(request.id));
      noteFaulty();
      if (!passed) return;
      for (const id of ['db', 'ci'] as const)
        if (stage.now() - faultyAt[id] > LONGEST_WAIT_SECONDS) stage.cleanAt[id] = stage.now();
    },
    async pass(who = 'one') {
      scenario.world.running.hints.pass();
      if (who === 'both') await runPass(other.ports, { observe: true, told: new Set() });
      await stage.rest(true);
    },
    async close() {
      await other.close();
      await scenario.close();
    },
    async abandon() {
      for (const release of stage.releases.values()) release();
      await other.close();
      await scenario.world.close();
    },
  };
  return stage;
}

/** What failed is tried again within a minute, so only then a pass has to leave nothing (ADR 10). */
const LONGEST_WAIT_SECONDS = 60;

/** Whether something keeps the target from doing as it is told. */
export function isFaulty(target: MemoryTarget): boolean {
  const planted = [...target.planted.values()].some(({ left }) => left > 0);
  return planted || target.hanging !== undefined || target.partial || target.refusing;
}

/** Whether all works, webhooks that come twice included. */
export function isWell({ model, targets }: Stage): boolean {
  const hears = !isDeaf(model) && model.skew === 0;
  return hears && !Object.values(targets).some(isFaulty);
}

/** What Hallpass made on a target, as `subject name`. */
export const heldOn = (target: MemoryTarget): readonly { subject: string; name: string }[] => [
  ...target.granted.values(),
];

export const hasStanding = (target: MemoryTarget, subject: string, name: string): boolean =>
  target.standing.has(rowKey({ subject, name }));

type Break = (api: Scenario['world']['github']['api']) => void;
const isApi = ({ route }: { readonly route: string }): boolean => !route.includes('.git/');
const always = Number.POSITIVE_INFINITY;

const BREAKS: Readonly<Record<GitHubFault, Break>> = {
  push: (api) => api.fail('git-receive-pack', 403, always),
  'push unanswered': (api) => api.loseAnswer('POST /{owner}/{repo}.git/git-receive-pack', always),
  fetch: (api) => api.fail(/upload-pack|info.refs/, 503, always),
  'api 500': (api) => api.fail(isApi, 500, always),
  'api 403': (api) => api.fail(isApi, 403, always),
};

/** Plans the faults that hold now, and no others. */
export function breakGitHub({ world }: Scenario, faults: ReadonlySet<GitHubFault>): void {
  world.github.api.clear();
  for (const each of faults) BREAKS[each](world.github.api);
}

/** What GitHub shows of open pull requests: when Hallpass first looked at the head, and whether it merged by itself. */
async function look(scenario: Scenario, model: Model): Promise<void> {
  const get = (path: string): Promise<Answer> => ask(scenario, path);
  for (const request of model.requests) {
    if (request.pull === 0 || request.closed || request.mergedAt !== undefined) continue;
    if (request.seenAt === undefined) {
      const { check_runs: runs } = await get(`/commits/${request.head}/check-runs`);
      const [first] = runs.map(({ started_at: at }) => Date.parse(at) / 1_000).toSorted();
      request.seenAt = first;
    }
    if (!mergesItself(request)) continue;
    const { merged_at: at } = await get(`/pulls/${request.pull}`);
    if (typeof at === 'string') land(model, request, Date.parse(at) / 1_000);
  }
}

interface Answer {
  readonly check_runs: readonly { readonly started_at: string }[];
  readonly merged_at: string | null;
}

async function ask({ world }: Scenario, path: string): Promise<Answer> {
  const { url, token } = world.github;
  const headers = { authorization: `Bearer ${token('bob')}` };
  return (await fetch(`${url}/repos/acme/access${path}`, { headers })).json() as Promise<Answer>;
}

function learn(request: Request, entry: Entry | undefined): void {
  if (entry === undefined) return;
  const waits = entry.holdings.some(({ state }) => state === 'scheduled');
  request.known = waits ? 'scheduled' : 'decided';
  request.waited ||= waits;
}

/** Reads the ledger with plain git where GitHub keeps it, every document once. */
function ledgerReader(gitDir: string): () => Promise<ReadonlyMap<string, Entry>> {
  const known = new Map<string, Entry>();
  const git = async (...args: readonly string[]): Promise<string> =>
    (await run('git', ['--git-dir', gitDir, ...args], { encoding: 'utf8', maxBuffer: 1 << 26 })).stdout;
  let head = '';
  let entries = new Map<string, Entry>();
  return async () => {
    const now = await git('rev-parse', 'access-ledger');
    if (now === head) return entries;
    head = now;
    const found = new Map<string, Entry>();
    for (const line of (await git('ls-tree', '-r', 'access-ledger', 'grants/')).split('\n')) {
      const [, oid, path] = /^\S+ blob (\S+)\tgrants\/(.+)\.yaml$/.exec(line) ?? [];
      if (oid === undefined || path === undefined) continue;
      const entry = known.get(oid) ?? entryOf(await git('cat-file', 'blob', oid), path);
      known.set(oid, entry);
      found.set(path, entry);
    }
    entries = found;
    return entries;
  };
}

function entryOf(text: string, path: string): Entry {
  const parsed = parseEntry(new TextEncoder().encode(text), path);
  if ('issues' in parsed) throw new Error(`${path} cannot be read`);
  return parsed.value;
}

/** Somebody asked for an end. Hallpass has heard it by now, unless something keeps it from hearing. */
export function askEnd(stage: Stage, request: Request): void {
  request.endAsked = true;
  if (!isDeaf(stage.model)) request.heardAt ??= stage.now();
}
