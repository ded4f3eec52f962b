import type { Decision, Finding } from '../../core/policy/decision.js';
import { evaluate } from '../../core/policy/evaluate.js';
import type { Control } from '../../core/policy/evidence.js';
import { whyUseless } from '../../core/policy/reach.js';
import { parseCatalog } from '../../documents/catalog.js';
import { FILE_START, type Issue, issue, type Parsed, type Position } from '../../documents/issue.js';
import { parsePeople } from '../../documents/people.js';
import { parsePolicy } from '../../documents/policy.js';
import {
  type Expectation,
  type Expected,
  parseSuite,
  type Suite,
  type SuiteCase,
} from '../../documents/suite.js';
import type { ProviderKind } from '../../ports/provider.js';
import { evidenceOf } from './suite-evidence.js';

/** What running suites needs: bytes by path, wherever they lie, and the kinds of targets. */
export interface SuiteDeps {
  /** `undefined`: there is no such file. Paths have `/` and no `.` or, beyond leading ones, `..` segments. */
  readonly read: (path: string) => Promise<Uint8Array | undefined>;
  readonly kinds: ReadonlyMap<string, ProviderKind>;
}

/** What became of one suite. One that cannot be read, or whose documents cannot, says nothing about the policy. */
export type SuiteResult =
  | { readonly kind: 'unreadable'; readonly suite: string; readonly issues: readonly Issue[] }
  | {
      readonly kind: 'ran';
      readonly suite: string;
      readonly cases: readonly CaseResult[];
      readonly coverage: Coverage;
    };

export interface CaseResult extends Position {
  readonly name: string;
  readonly passed: boolean;
  readonly failures: readonly Failure[];
  readonly decision: Decision;
}

/** An expectation that was not met, at its place in the suite. */
export interface Failure extends Position {
  readonly of: keyof Expectation;
  readonly expected: string;
  readonly actual: string;
  /** What explains it: findings that are not satisfied, about what differs. */
  readonly because: readonly Finding[];
}

/** What the cases of a suite leave untried. */
export interface Coverage {
  /** Rules that apply in no case. */
  readonly unusedRules: readonly string[];
  /** Approval groups no approval fills in any case; `group` is an index. */
  readonly unfilledGroups: readonly { readonly rule: string; readonly group: number }[];
  /** Rules that can do nothing, or never be satisfied, with the teams of the suite. */
  readonly uselessRules: readonly { readonly rule: string; readonly why: string }[];
}

/** Runs suites through the function that decides, one after the other, in the order given. */
export async function runSuites(deps: SuiteDeps, paths: readonly string[]): Promise<readonly SuiteResult[]> {
  const results: SuiteResult[] = [];
  for (const path of paths) results.push(await runSuite(deps, path));
  return results;
}

/** What a suite has against the documents it tries, as issues of the suite. */
export function issuesOfSuite(result: SuiteResult): readonly Issue[] {
  if (result.kind === 'unreadable') return result.issues;
  return result.cases.flatMap((one) =>
    one.failures.map(({ line, column, of, expected, actual }) =>
      issue('suite_failed', { file: result.suite, line, column }, { name: one.name, of, expected, actual }),
    ),
  );
}

async function runSuite(deps: SuiteDeps, path: string): Promise<SuiteResult> {
  const parsed = await load(deps, path, parseSuite);
  if ('issues' in parsed) return { kind: 'unreadable', suite: path, issues: parsed.issues };
  const suite = parsed.value;
  const loaded = await loadControl(deps, path, suite);
  if ('issues' in loaded) return { kind: 'unreadable', suite: path, issues: loaded.issues };
  const cases = suite.cases.map((one) => runCase(suite, one, loaded));
  return { kind: 'ran', suite: path, cases, coverage: coverageOf(suite, cases, loaded) };
}

async function loadControl(
  deps: SuiteDeps,
  path: string,
  suite: Suite,
): Promise<Control | { readonly issues: readonly Issue[] }> {
  const catalog = await load(deps, beside(path, suite.catalog), (bytes, file) =>
    parseCatalog(bytes, file, deps.kinds),
  );
  const policy = await load(deps, beside(path, suite.policy), parsePolicy);
  const people =
    suite.people === undefined
      ? { value: new Map(), warnings: [] }
      : await load(deps, beside(path, suite.people), parsePeople);
  if ('value' in catalog && 'value' in policy && 'value' in people) {
    return { catalog: catalog.value, policy: policy.value, people: people.value };
  }
  return { issues: [catalog, policy, people].flatMap((one) => ('issues' in one ? one.issues : [])) };
}

async function load<T>(
  { read }: SuiteDeps,
  path: string,
  parse: (bytes: Uint8Array, file: string) => Parsed<T>,
): Promise<Parsed<T>> {
  const bytes = await read(path);
  if (bytes === undefined)
    return { issues: [issue('document_missing', { file: path, ...FILE_START }, { path })] };
  return parse(bytes, path);
}

/** A path relative to the folder of another, by its text alone. */
export function beside(path: string, relative: string): string {
  const segments: string[] = [];
  for (const segment of [...path.split('/').slice(0, -1), ...relative.split('/')]) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..' && segments.length > 0 && segments.at(-1) !== '..') segments.pop();
    else segments.push(segment);
  }
  return `${path.startsWith('/') ? '/' : ''}${segments.join('/')}`;
}

function runCase(suite: Suite, one: SuiteCase, control: Control): CaseResult {
  const decision = evaluate(control, one.request, evidenceOf(suite, one, control));
  const failures = failuresOf(one.expect, decision);
  return { name: one.name, ...one.at, passed: failures.length === 0, failures, decision };
}

function failuresOf({ outcome, rules, unsatisfied }: Expectation, decision: Decision): readonly Failure[] {
  const open = decision.findings.filter(({ status }) => status !== 'satisfied');
  const failures: Failure[] = [];
  if (outcome.value !== decision.outcome) {
    const { value: expected, at } = outcome;
    failures.push({ of: 'outcome', ...at, expected, actual: decision.outcome, because: open });
  }
  for (const [of, expected] of [
    ['rules', rules],
    ['unsatisfied', unsatisfied],
  ] as const) {
    if (expected === undefined || named(expected.value) === named(decision[of])) continue;
    const differing = difference(expected, decision[of]);
    const about = open.filter(
      ({ rule, code }) => code === 'rule' || (rule !== undefined && differing.has(rule)),
    );
    const because = about.length > 0 ? about : open;
    failures.push({
      of,
      ...expected.at,
      expected: named(expected.value),
      actual: named(decision[of]),
      because,
    });
  }
  return failures;
}

function difference({ value }: Expected<readonly string[]>, actual: readonly string[]): ReadonlySet<string> {
  return new Set([
    ...value.filter((name) => !actual.includes(name)),
    ...actual.filter((name) => !value.includes(name)),
  ]);
}

/** Names as a set. */
function named(names: readonly string[]): string {
  return names.length === 0 ? 'none' : [...new Set(names)].sort().join(', ');
}

function coverageOf(suite: Suite, cases: readonly CaseResult[], { policy, catalog }: Control): Coverage {
  const used = new Set(cases.flatMap(({ decision }) => decision.rules));
  const filled = new Set(
    cases.flatMap(({ decision }) =>
      decision.approvals.map(({ rule, group }) => JSON.stringify([rule, group])),
    ),
  );
  const groups = policy.rules.flatMap(({ name: rule, effect }) =>
    effect.kind === 'approvals' ? effect.groups.map((_, group) => ({ rule, group })) : [],
  );
  return {
    unusedRules: policy.rules.map(({ name }) => name).filter((name) => !used.has(name)),
    unfilledGroups: groups.filter(({ rule, group }) => !filled.has(JSON.stringify([rule, group]))),
    uselessRules: policy.rules.flatMap((rule) => {
      const why = whyUseless(rule, catalog, (team) => suite.teams.get(team) ?? []);
      return why === undefined ? [] : [{ rule: rule.name, why }];
    }),
  };
}
