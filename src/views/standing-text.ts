import { type DecisionView, type NextStep, nextStepOf, type Standing, standingOf } from './decision-view.js';

/** How a pull request stands, in a few words without Markdown: the check's title and the comment's headline. */
export function headlineOf(view: DecisionView): string {
  return LANDED[nextStepOf(view).kind]?.title ?? HEADLINE[standingOf(view)](view);
}

/** A sign that reads without colour and without its name being known. */
export function signOf(view: DecisionView): string {
  return LANDED[nextStepOf(view).kind]?.sign ?? SIGN[standingOf(view)];
}

const LANDED: { readonly [kind in NextStep['kind']]?: { readonly title: string; readonly sign: string } } = {
  granting: { title: 'Landed, being granted', sign: '⏳' },
  granted: { title: 'Granted', sign: '🟢' },
  scheduled: { title: 'Granted from later on', sign: '🕒' },
  not_granted: { title: 'Not granted', sign: '🔴' },
  ended: { title: 'Ended', sign: '⚪' },
};

const HEADLINE: Readonly<Record<Standing, (view: DecisionView) => string>> = {
  invalid: (view) => `Needs a fix: ${problems(view)}`,
  denied: () => 'Policy does not allow this',
  pending: () => 'Waiting for approval',
  approved: () => 'Approved',
  refused: () => 'Not decided',
  broken: () => 'Nothing can be approved: the rules on the default branch are broken',
  removal: () => 'Ends access early',
  control: () => 'Changes who may have what',
  nothing: () => 'Nothing to decide',
};

function problems({ issues, requests }: DecisionView): string {
  const inFiles = issues.filter(({ severity }) => severity === 'error').length;
  const inRequests = requests
    .flatMap(({ decision }) => decision.findings)
    .filter(({ status, otherwise }) => status !== 'satisfied' && otherwise === 'invalid').length;
  const count = inFiles + inRequests;
  return count === 1 ? '1 problem' : `${count} problems`;
}

const SIGN: Readonly<Record<Standing, string>> = {
  invalid: '✏️',
  denied: '⛔',
  pending: '⏳',
  approved: '✅',
  refused: '⛔',
  broken: '⛔',
  removal: '🔚',
  control: '🛠️',
  nothing: '➖',
};
