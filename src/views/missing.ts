import type { Finding } from '../core/policy/decision.js';
import type { RequestView } from './decision-view.js';
import { whoCan, whoIs } from './explanation.js';
import { name, type Phrase, phrase } from './phrase.js';

/** What keeps a request from being approved, one sentence each, with who can give it or what would change it. */
export function missingOf({ decision, teamsUnknown }: RequestView): readonly Phrase[] {
  const open = decision.groups.filter(({ filledBy, count }) => filledBy.length < count);
  const rulesOfOpen = new Set(open.map(({ rule }) => rule));
  // The groups say it better: who, from where, how many.
  const saidByGroups = ({ code, rule }: Finding) =>
    code === 'approvals' && rule !== undefined && rulesOfOpen.has(rule);
  const findings = decision.findings.filter(
    (finding) => finding.status !== 'satisfied' && !saidByGroups(finding),
  );
  return [
    ...once(
      findings.map(
        ({ message, unblock }) => phrase`${message}${unblock === undefined ? [] : phrase` ${unblock}`}`,
      ),
    ),
    ...open.map((group) => {
      const lacks = group.count - group.filledBy.length;
      const what = lacks === 1 ? phrase`1 approval` : phrase`${lacks} approvals`;
      const later = group.reached ? [] : phrase`, after the stages before it`;
      return phrase`${what} from ${whoIs(group.from)}: ${whoCan(group, teamsUnknown)}${later}`;
    }),
    ...decision.vetoes.map(
      ({ login }) =>
        phrase`${name(login)} asked for changes: they approve, or somebody dismisses that review`,
    ),
  ];
}

/** The same thing said for several entitlements is said once. */
function once(phrases: readonly Phrase[]): readonly Phrase[] {
  return [...new Map(phrases.map((item) => [JSON.stringify(item), item])).values()];
}
