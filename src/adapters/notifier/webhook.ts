import type { Notice } from '../../core/notice.js';
import type { Clock } from '../../ports/clock.js';
import type { Notifier } from '../../ports/notifier.js';
import { post } from './post.js';
import { signer } from './signed.js';

export interface WebhookOptions {
  readonly url: string;
  /** `whsec_` and base64. While there are several, each signs, so that the receiver can change over (rotation). */
  readonly secrets: readonly string[];
  /** `owner/name` of the access repository. */
  readonly repository: string;
  readonly clock: Clock;
  readonly timeoutMilliseconds?: number;
}

/** A signed webhook as Standard Webhooks has it (standardwebhooks.com, specification 1.0). */
export function webhookNotifier({ url, secrets, repository, clock, ...options }: WebhookOptions): Notifier {
  const sign = signer(secrets);
  return {
    deliver(notice) {
      const body = JSON.stringify(payloadOf(notice, repository));
      const headers = sign({ key: notice.key, at: clock.now(), body });
      return post({ ...options, url, headers, body });
    },
  };
}

const MOST_NAMES = 100;
const LONGEST_MARKDOWN = 8_000;

/** The body, version 1: keys are only ever added. `schemas/notice.schema.json` says what each is. */
function payloadOf(notice: Notice, repository: string): object {
  const { event, at, severity, key, thread, title, markdown, pullRequest, link } = notice;
  const { grant, subject } = notice;
  const [entitlements, targets, rules] = [notice.entitlements, notice.targets, notice.rules].map((names) =>
    names.slice(0, MOST_NAMES),
  );
  return {
    type: `hallpass.${event}`,
    timestamp: at,
    data: {
      version: 1,
      repository,
      severity,
      key,
      thread,
      title,
      markdown: bounded(markdown),
      grant,
      subject,
      entitlements,
      targets,
      rules,
      pull_request: pullRequest,
      link,
    },
  };
}

/** Half of a character outside the basic plane is no text. */
function bounded(text: string): string {
  if (text.length <= LONGEST_MARKDOWN) return text;
  return `${text.slice(0, LONGEST_MARKDOWN - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
