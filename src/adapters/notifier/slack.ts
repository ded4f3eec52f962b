import type { Notice, Severity } from '../../core/notice.js';
import type { Notifier } from '../../ports/notifier.js';
import { post } from './post.js';

export interface SlackOptions {
  /** The address of an incoming webhook. Whoever knows it can post, so it is a secret. */
  readonly url: string;
  readonly timeoutMilliseconds?: number;
}

const SIGNS: Readonly<Record<Severity, string>> = { info: '🔵', warning: '🟡', critical: '🔴' };
/** Slack advises at most 4,000 characters (docs.slack.dev, chat.postMessage, `text`). */
const LONGEST_TEXT = 3_000;
const LONGEST_TITLE = 300;
const MOST_NAMES = 20;
const WORD_JOINER = '\u2060';

/** Posts to a channel of Slack, with a link to where one acts: approving stays a review on the review host. */
export function slackNotifier({ url, ...options }: SlackOptions): Notifier {
  return {
    deliver: (notice) =>
      post({
        ...options,
        url,
        headers: {},
        body: JSON.stringify({ text: textOf(notice), unfurl_links: false, unfurl_media: false }),
      }),
  };
}

function textOf(notice: Notice): string {
  const { severity, title } = notice;
  const head = `${SIGNS[severity]} *${safe(title.slice(0, LONGEST_TITLE))}*`;
  return [head, ...linkOf(notice), ...factsOf(notice)].join('\n').slice(0, LONGEST_TEXT);
}

/** Ours: an address of the review host and a number. Whoever is to approve is led to where a review is given. */
function linkOf({ event, link, pullRequest }: Notice): readonly string[] {
  if (link === null) return [];
  return event === 'approval_wanted'
    ? [`<${link}/files|Review and approve pull request ${pullRequest}>`]
    : [`<${link}|Pull request ${pullRequest}>`];
}

function factsOf({ grant, entitlements, targets, rules }: Notice): string[] {
  const facts = [
    ['Grant', grant === null ? [] : [grant]],
    ['Entitlements', entitlements],
    ['Targets', targets],
    ['Rules', rules],
  ] as const;
  return facts
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => `${name}: ${safe(values.slice(0, MOST_NAMES).join(', '))}`);
}

/**
 * Text that is only text. Slack reads `<…>` as links and mentions and `&` as an entity; without them nothing is a mention, and a bare `@` is
 * broken all the same, for channels set to look for names. What formats is broken too, so nobody can close the bold title.
 */
function safe(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[@#*~`]/g, `$&${WORD_JOINER}`);
}
