import { type Check, failing, ifSeen } from '../check.js';
import type { BranchFacts, BranchRule } from '../facts.js';
import type { Found } from '../finding.js';
import { rulesOf } from './branch.js';

const IN_THE_WAY: Partial<Record<BranchRule['kind'], string>> = {
  requires_pull_request: 'a pull request',
  requires_checks: 'checks',
  requires_signatures: 'signatures',
  merge_queue: 'a merge queue',
};

/**
 * The ledger's branch: this app alone may write it, and nobody, this app included, may rewrite it. The rules hold before the branch
 * is there.
 */
export const ledgerBranch: Check = ({ setup: { ledgerBranch: about }, ledgerBranch: look }) =>
  ifSeen(look, (facts) => [...closed(facts, about), ...kept(facts, about), ...inTheWay(facts, about)]);

function closed(facts: BranchFacts, about: string): readonly Found[] {
  const rules = rulesOf(facts, 'restricts_updates');
  if (rules.length === 0) {
    return [{ code: 'ledger_open', about, message: `everybody who may write can push to ${about}` }];
  }
  const others = new Set(
    rules.flatMap(({ bypass }) => (bypass ?? []).flatMap((one) => (one.isThisApp ? [] : [one.who]))),
  );
  return [
    ...failing([
      rules.every(({ bypassedByThisApp }) => bypassedByThisApp !== false),
      { code: 'ledger_locked', about, message: `this app may not write to ${about}` },
    ]),
    // One rule without them keeps them out.
    ...[...others]
      .filter((who) => rules.every(({ bypass }) => (bypass ?? []).some((one) => one.who === who)))
      .map(
        (who): Found => ({
          code: 'ledger_bypass',
          about: `${about} ${who}`,
          message: `${who} may write to ${about}`,
        }),
      ),
  ];
}

function kept(facts: BranchFacts, about: string): readonly Found[] {
  const holdsForUs = (rule: BranchRule): boolean => rule.bypassedByThisApp !== true;
  const forced = rulesOf(facts, 'blocks_force_push');
  const deleted = rulesOf(facts, 'blocks_deletion');
  return failing(
    [
      forced.some(holdsForUs),
      {
        code: 'ledger_force_push',
        about,
        message:
          forced.length === 0
            ? `${about} can be force-pushed`
            : `${about} can be force-pushed with the key of this app`,
      },
    ],
    [deleted.length > 0, { code: 'ledger_deletion', about, message: `${about} can be deleted` }],
  );
}

function inTheWay(facts: BranchFacts, about: string): readonly Found[] {
  const kinds = new Set(
    facts.rules.filter(({ bypassedByThisApp }) => bypassedByThisApp !== true).map(({ kind }) => kind),
  );
  return [...kinds].flatMap((kind) => {
    const what = IN_THE_WAY[kind];
    return what === undefined
      ? []
      : [
          {
            code: 'ledger_rules_in_the_way' as const,
            about: `${about} ${kind}`,
            message: `${about} requires ${what}`,
          },
        ];
  });
}

/** Rules are what GitHub says; the canary is what it does. */
export const canary: Check = ({ canary: look }) =>
  look === null
    ? []
    : ifSeen(look, (facts) => {
        const { branch: about, problem } = facts;
        if (!facts.pushed) {
          return [
            {
              code: 'canary_refused',
              about,
              message: `a commit could not be pushed to ${about}: ${problem ?? 'no reason given'}`,
            },
          ];
        }
        return failing(
          [
            facts.staleRefused,
            {
              code: 'canary_not_compared',
              about,
              message: `a push to ${about} that expected an older state went through`,
            },
          ],
          [
            facts.forceRefused,
            { code: 'canary_forced', about, message: `this app could drop commits from ${about}` },
          ],
        );
      });

export const ledgerKey: Check = ({ ledger: look }) =>
  ifSeen(look, ({ pinnedKey, ownKey }) =>
    failing([
      pinnedKey === null || pinnedKey === ownKey,
      {
        code: 'ledger_key_differs',
        message: `the ledger takes commits of ${pinnedKey}, and the settings name ${ownKey}`,
      },
    ]),
  );
