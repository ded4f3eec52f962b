import { accessReviewLines } from './access-review.js';
import { type DecisionView, nextStepOf, type RequestView } from './decision-view.js';
import { type Explanation, explanationOf } from './explanation.js';
import { impactLines } from './impact.js';
import { issueLines } from './issue-lines.js';
import { fitted } from './markdown-length.js';
import { missingOf } from './missing.js';
import { commandsOf, nextText } from './next-step-text.js';
import { list, name, type Phrase, phrase, toMarkdown } from './phrase.js';
import { requestLines } from './request-lines.js';
import { firstLineOf, signOf } from './standing-text.js';

const MOST_BULLETS = 50;
const MOST_ASKED = 15;

/**
 * The one sticky comment: a line that says it alone, as e-mail and telephones show it, then the five lines, what is missing,
 * everything, and what happens next.
 */
export function commentOf(view: DecisionView): string {
  return fitted({
    ...foldedOf(view),
    head: [`### ${signOf(view)} ${toMarkdown(firstLineOf(view))}`, '', ...body(view)],
    tail: [...asked(view), ...next(view), ...commands(view)],
  });
}

/** What a check says: the same, without what only makes sense in a conversation. */
export function summaryOf(view: DecisionView): string {
  return fitted({ ...foldedOf(view), head: body(view), tail: next(view) });
}

function foldedOf({ requests }: DecisionView) {
  return {
    summary: 'Every rule, and what would change the outcome',
    details: requests.flatMap((request) => outline(explanationOf(request))),
  };
}

function next(view: DecisionView): readonly string[] {
  return [`**Next:** ${toMarkdown(nextText(view))}`];
}

function body(view: DecisionView): readonly string[] {
  return [
    ...(view.refusal === undefined
      ? []
      : [toMarkdown(phrase`${view.refusal.message} ${view.refusal.unblock}`), '']),
    ...bulleted('On the default branch', issueLines(view.broken)),
    ...bulleted('To fix', issueLines(view.issues)),
    ...bulleted('Ends', view.removals.map(name)),
    ...impact(view),
    ...bulleted('What it means', view.accessReview === undefined ? [] : accessReviewLines(view.accessReview)),
    ...view.requests.flatMap((request) => requestSection(request, view)),
  ];
}

function impact({ impact: found }: DecisionView): readonly string[] {
  if (found === undefined) return [];
  const lines = impactLines(found.impacts, found.looked);
  const left = lines.length - MOST_BULLETS;
  return [
    '**What would change:**',
    ...lines.slice(0, MOST_BULLETS).map(({ depth, text }) => `${'  '.repeat(depth)}- ${toMarkdown(text)}`),
    ...(left > 0 ? [`- and ${left} lines more`] : []),
    '',
  ];
}

const LANDED: ReadonlySet<string> = new Set(['granting', 'granted', 'scheduled', 'not_granted', 'ended']);

function requestSection(request: RequestView, view: DecisionView): readonly string[] {
  const heading = `#### ${toMarkdown(phrase`${name(request.request.id)}: ${request.decision.outcome}`)}`;
  const missing = LANDED.has(nextStepOf(view).kind) ? [] : missingOf(request);
  return [
    ...(view.requests.length > 1 ? [heading, ''] : []),
    ...requestLines(request).map(([label, text]) => `- **${label}:** ${toMarkdown(text)}`),
    '',
    ...bulleted(request.decision.outcome === 'pending' ? 'Missing' : 'In the way', missing),
  ];
}

function bulleted(title: string, phrases: readonly Phrase[]): readonly string[] {
  if (phrases.length === 0) return [];
  const shown = phrases.slice(0, MOST_BULLETS).map(toMarkdown);
  const left = phrases.length - shown.length;
  return [
    `**${title}:**`,
    ...shown.map((text) => `- ${text}`),
    ...(left > 0 ? [`- and ${left} more`] : []),
    '',
  ];
}

const SIGN_OF = { yes: '✅', no: '❌', error: '⚠️', way: '→' } as const;

function outline({ mark, text, below }: Explanation, depth = 0): readonly string[] {
  const own = `${'  '.repeat(depth)}- ${mark === 'note' ? '' : `${SIGN_OF[mark]} `}${toMarkdown(text)}`;
  return [own, ...below.flatMap((item) => outline(item, depth + 1))];
}

function asked({ asked: people }: DecisionView): readonly string[] {
  if (people.length === 0) return [];
  const shown = people.slice(0, MOST_ASKED).map(({ login, why }) => phrase`${name(login)} (${why})`);
  const left = people.length - shown.length;
  return [
    `**Asked for review:** ${toMarkdown(list(left > 0 ? [...shown, phrase`${left} more`] : shown))}`,
    '',
  ];
}

function commands(view: DecisionView): readonly string[] {
  const phrases = commandsOf(view);
  return phrases.length === 0 ? [] : ['', toMarkdown(phrase`Comment ${list(phrases, 'or')}.`)];
}
