import { type DecisionView, type NextStep, nextStepOf, type Standing, standingOf } from './decision-view.js';
import { list, name, names, type Phrase, phrase } from './phrase.js';
import { utc } from './time-text.js';

/** How a pull request stands, in a few words without Markdown: the check's title and the comment's headline. */
export function headlineOf(view: DecisionView): string {
  return LANDED[nextStepOf(view).kind]?.title ?? HEADLINE[standingOf(view)](view);
}

/** The same with who wants what, in one line that needs nothing else to be understood. */
export function firstLineOf(view: DecisionView): Phrase {
  const headline = phrase`${headlineOf(view)}`;
  const isBroken = standingOf(view) === 'broken';
  const gist = view.requests.length > 0 && !isBroken ? gistOf(view) : names(view.removals);
  return gist.length === 0 ? headline : phrase`${headline}: ${gist}`;
}

function gistOf(view: DecisionView): Phrase {
  const requests = view.requests.map(({ request }) => request);
  const step = nextStepOf(view);
  const who = names([...new Set(requests.map(({ subject }) => subject))]);
  const what = short([...new Set(requests.flatMap(({ entitlements }) => entitlements))]);
  const [duration, ...others] = new Set(requests.map((request) => request.duration));
  const length = duration === undefined || others.length > 0 ? [] : phrase` for ${duration}`;
  switch (step.kind) {
    case 'granted':
      return phrase`${who} has ${what} until ${utc(step.until)}`;
    case 'scheduled':
      return phrase`${who} has ${what} from ${utc(step.from)} until ${utc(step.until)}`;
    case 'ended':
      return phrase`${who} no longer has ${what}`;
    case 'not_granted':
      return phrase`${who} does not get ${what}`;
    case 'merge':
    case 'app_merges':
    case 'granting':
      return phrase`${who} gets ${what}${length}`;
    default:
      return phrase`${who} wants ${what}${length}`;
  }
}

/** A line is read on a lock screen. */
const MOST_IN_LINE = 3;

function short(ids: readonly string[]): Phrase {
  const left = ids.length - MOST_IN_LINE;
  const shown = ids.slice(0, MOST_IN_LINE).map(name);
  return list(left > 0 ? [...shown, phrase`${left} more`] : shown);
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
