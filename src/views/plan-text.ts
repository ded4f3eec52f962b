import type { Oid } from '../core/approval.js';
import type { Plan, Step } from '../core/reconcile/plan.js';
import { name, type Phrase, phrase, toText } from './phrase.js';
import { utc } from './time-text.js';

/** A plan as sentences, one a step, in the order in which they would be taken; then the commits still to be decided on. */
export function planText({ steps, landings = [] }: Plan & { readonly landings?: readonly Oid[] }): string {
  const sentences = [
    ...steps.map(sentenceOf),
    ...landings.map((commit) => phrase`decide   on what landed in ${name(commit.slice(0, 12))}`),
  ];
  return sentences.length === 0 ? 'Nothing to do.' : sentences.map(toText).join('\n');
}

function sentenceOf(step: Step): Phrase {
  const what = phrase`${name(step.entitlement)} of ${name(step.id)}`;
  switch (step.step) {
    case 'revoke':
      return phrase`revoke   ${what} from ${whose(step)}: ${step.reason}, due ${utc(step.overdueSince)}`;
    case 'release':
      return phrase`release  ${what}: ${step.reason}, the target is left alone (${step.because})`;
    case 'void':
      return phrase`void     ${what}: ${step.reason}`;
    case 'start':
      return phrase`start    ${what} for ${whose(step)}`;
    case 'look':
      return phrase`look     whether ${whose(step)} had ${what} before`;
    case 'grant':
      return phrase`grant    ${what} to ${whose(step)} until ${utc(step.until)} (${step.because})`;
  }
}

function whose({ holding }: Extract<Step, { holding: unknown }>): Phrase {
  return phrase`${name(holding.subject)} on ${name(holding.target)}`;
}
