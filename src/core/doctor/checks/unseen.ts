import type { Check } from '../check.js';
import type { Look, SetupFacts } from '../facts.js';
import type { Found } from '../finding.js';

type Place = readonly [about: string, look: Look<unknown>];

/** What could not be looked at is said, each by itself: a failed look is never a good one. */
export const unseen: Check = (facts) => [...places(facts).flatMap(ofPlace), ...hiddenRules(facts)];

function places(facts: SetupFacts): readonly Place[] {
  return [
    ['the app', facts.app],
    ['the installation', facts.installation],
    ['the repository', facts.repository],
    ['the webhook', facts.webhook],
    ['deliveries of webhooks', facts.deliveries],
    [`rules of ${facts.setup.branch}`, facts.branch],
    [`rules of ${facts.setup.ledgerBranch}`, facts.ledgerBranch],
    ['code owners', facts.codeOwners],
    ["GitHub's clock", facts.hostClock],
    ['control documents', facts.control],
    ['the machine', facts.machine],
    ...(facts.canary === null ? [] : [['the canary', facts.canary] as const]),
    ...[...facts.teams].map(([team, look]): Place => [`team ${team}`, look]),
  ];
}

function ofPlace([about, look]: Place): readonly Found[] {
  if ('seen' in look) return [];
  const code = look.hidden ? 'not_visible' : 'not_checked';
  return [{ code, about, message: `${about}: ${look.unseen}` }];
}

/** A ledger that cannot be read is worse than something that could not be looked at. */
export const ledger: Check = ({ ledger: look }) =>
  'seen' in look ? [] : [{ code: 'ledger_unusable', message: look.unseen }];

function hiddenRules({ setup, branch, ledgerBranch }: SetupFacts): readonly Found[] {
  return [
    { name: setup.branch, look: branch },
    { name: setup.ledgerBranch, look: ledgerBranch },
  ].flatMap(({ name, look }) => {
    if (!('seen' in look)) return [];
    const { rules, protectionUnseen } = look.seen;
    const isHidden = rules.some(({ bypass }) => bypass === null);
    return [
      ...(isHidden
        ? [
            {
              code: 'not_visible' as const,
              about: `bypass of ${name}`,
              message: `who may bypass the rules of ${name} is not shown to the app`,
            },
          ]
        : []),
      ...(protectionUnseen === null
        ? []
        : [
            {
              code: 'not_visible' as const,
              about: `protection of ${name}`,
              message: `the branch protection of ${name} is not shown to the app: ${protectionUnseen}`,
            },
          ]),
    ];
  });
}
