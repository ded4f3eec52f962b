import type { Finding } from '../core/policy/decision.js';
import type { Issue } from '../documents/issue.js';
import { renderIssues } from './issues.js';
import { type Paint, unpainted } from './paint.js';
import { name, names, type Phrase, phrase, toText } from './phrase.js';

interface Place {
  readonly line: number;
  readonly column: number;
}

interface Failure extends Place {
  readonly of: string;
  readonly expected: string;
  readonly actual: string;
  readonly because: readonly Finding[];
}

interface RanCase extends Place {
  readonly name: string;
  readonly passed: boolean;
  readonly failures: readonly Failure[];
}

interface Coverage {
  readonly unusedRules: readonly string[];
  readonly unfilledGroups: readonly { readonly rule: string; readonly group: number }[];
  readonly uselessRules: readonly { readonly rule: string; readonly why: string }[];
}

/** What became of one suite, as far as people read it. */
export type SuiteView =
  | { readonly kind: 'unreadable'; readonly suite: string; readonly issues: readonly Issue[] }
  | {
      readonly kind: 'ran';
      readonly suite: string;
      readonly cases: readonly RanCase[];
      readonly coverage: Coverage;
    };

/** Every case, why those that failed did, and what the suite leaves untried. */
export function suiteText(view: SuiteView, paint: Paint = unpainted): string {
  if (view.kind === 'unreadable') return renderIssues(view.issues, 'text').trimEnd();
  return [
    paint('strong', toText(name(view.suite))),
    ...view.cases.flatMap((one) => caseLines(view.suite, one, paint)),
    ...coverageLines(view.coverage).map((line) => `  ${paint('warn', '!')} ${toText(line)}`),
  ].join('\n');
}

function caseLines(suite: string, one: RanCase, paint: Paint): readonly string[] {
  if (one.passed) return [`  ${paint('good', '✔')} ${toText(phrase`${one.name}`)}`];
  return [
    `  ${paint('bad', '✘')} ${toText(phrase`${one.name}`)}`,
    ...one.failures.flatMap((failure) => failureLines(suite, failure)),
  ];
}

const MOST_REASONS = 10;

function failureLines(
  suite: string,
  { line, column, of, expected, actual, because }: Failure,
): readonly string[] {
  const head = phrase`${name(`${suite}:${line}:${column}`)} ${of}: expected ${expected}, got ${actual}`;
  const reasons = because.slice(0, MOST_REASONS).map(({ message, unblock }) => {
    return phrase`${message}${unblock === undefined ? [] : phrase` → ${unblock}`}`;
  });
  return [`      ${toText(head)}`, ...reasons.map((reason) => `        ${toText(reason)}`)];
}

function coverageLines({ unusedRules, unfilledGroups, uselessRules }: Coverage): readonly Phrase[] {
  const unused = unusedRules.length === 0 ? [] : [phrase`no case tries ${names(unusedRules)}`];
  return [
    ...unused,
    ...unfilledGroups.map(({ rule, group }) => phrase`no case fills group ${group + 1} of ${name(rule)}`),
    ...uselessRules.map(({ rule, why }) => phrase`${name(rule)} cannot work: ${why}`),
  ];
}

/** The last line over all suites. */
export function suitesSummary(views: readonly SuiteView[], paint: Paint = unpainted): string {
  const cases = views.flatMap((view) => (view.kind === 'ran' ? view.cases : []));
  const failed = cases.filter(({ passed }) => !passed).length;
  const unreadable = views.filter(({ kind }) => kind === 'unreadable').length;
  const parts = [
    `${cases.length} ${cases.length === 1 ? 'case' : 'cases'}`,
    `${failed} failed`,
    ...(unreadable === 0 ? [] : [`${unreadable} ${unreadable === 1 ? 'suite' : 'suites'} unreadable`]),
  ];
  return paint(failed + unreadable === 0 ? 'good' : 'bad', parts.join(', '));
}

/** The shape `hallpass policy test --json` prints; it only ever grows. */
export function suitesJson(views: readonly SuiteView[]) {
  return {
    suites: views.map((view) =>
      view.kind === 'unreadable'
        ? { suite: view.suite, readable: false, issues: view.issues, cases: [], coverage: null }
        : {
            suite: view.suite,
            readable: true,
            issues: [],
            cases: view.cases.map(caseJson),
            coverage: {
              unused_rules: view.coverage.unusedRules,
              unfilled_groups: view.coverage.unfilledGroups,
              useless_rules: view.coverage.uselessRules,
            },
          },
    ),
  };
}

function caseJson({ name: title, passed, line, column, failures }: RanCase) {
  return {
    name: title,
    passed,
    line,
    column,
    failures: failures.map(({ because, ...failure }) => ({
      ...failure,
      because: because.map(({ message }) => message),
    })),
  };
}
