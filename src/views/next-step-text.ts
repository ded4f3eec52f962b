import { type DecisionView, mergesItself, type NextStep, nextStepOf, standingOf } from './decision-view.js';
import { name, type Phrase, phrase } from './phrase.js';
import { utc } from './time-text.js';

/** One sentence: what happens next, and who does it. */
export function nextText(view: DecisionView): Phrase {
  const step = nextStepOf(view);
  if (step.kind === 'granted')
    return phrase`The access is there until ${utc(step.until)}, or until it is ended early.`;
  if (step.kind === 'scheduled')
    return phrase`It has landed. The access begins at ${utc(step.from)} and is there until ${utc(step.until)}, or until it is ended early.`;
  if (step.kind === 'ended') return phrase`The access ended at ${utc(step.at)} (${step.reason}).`;
  if (step.kind === 'nothing') return NOTHING[standingOf(view)] ?? phrase`Nothing.`;
  if (step.kind === 'merge' && view.accessReview !== undefined) return LIST_MERGE;
  if (step.kind === 'approvals' && mergesItself(view)) return APP_WAITS;
  return NEXT[step.kind];
}

type Told = 'granted' | 'scheduled' | 'ended' | 'nothing';

const NEXT: Readonly<Record<Exclude<NextStep['kind'], Told>, Phrase>> = {
  mend: phrase`Push a commit that fixes it; it is looked at again by itself.`,
  refused: phrase`Do as it says above; it is looked at again by itself.`,
  ask_otherwise: phrase`Nobody can approve it as it is. Change the request so that policy allows it, or close this pull request.`,
  approvals: phrase`When everything above is there, this can be merged. A new commit makes approvals void.`,
  merge: phrase`Merge this pull request with a merge commit, or squash it: a rebase lands each commit by itself, and only what was approved is granted. It is decided once more on what lands, and the clock starts then.`,
  app_merges: phrase`Hallpass merges this pull request. It is decided once more on what lands, and the clock starts then.`,
  removal: phrase`Once this is merged, the access ends at once. It needs no approval from Hallpass.`,
  granting: phrase`It has landed and is being granted.`,
  not_granted: phrase`It has landed, and nothing was granted; a comment below says why. To ask again, open a pull request with a new file.`,
};

const LIST_MERGE = phrase`Merge this pull request before its deadline; then the answers count.`;

const APP_WAITS = phrase`When everything above is there, Hallpass merges this. A new commit makes approvals void.`;

const NOTHING: { readonly [standing in ReturnType<typeof standingOf>]?: Phrase } = {
  broken: phrase`Somebody mends the documents on the default branch; then this is looked at again by itself. Access that is there still ends in time.`,
  control: phrase`Once this is merged, it rules over every request that is open or comes later.`,
  nothing: phrase`This pull request asks for no access, so Hallpass has no say in it.`,
};

const RECHECK = phrase`${name('/hallpass recheck')} to look again`;
const CANCEL = phrase`${name('/hallpass cancel')} to withdraw the request`;
const REVOKE = phrase`${name('/hallpass revoke')} to end the access early`;

const LANDED: ReadonlySet<NextStep['kind']> = new Set(['granting', 'granted', 'scheduled']);

/** The commands that make sense now; each is the whole first line of a comment. */
export function commandsOf(view: DecisionView): readonly Phrase[] {
  const { kind } = nextStepOf(view);
  if (kind === 'ended' || kind === 'not_granted') return [];
  if (LANDED.has(kind)) return [REVOKE];
  return view.pullRequest === 'request' ? [RECHECK, CANCEL] : [RECHECK];
}
