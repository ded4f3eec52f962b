import { noticeMemoryFile } from './adapters/notifier/memory-file.js';
import { reviewHostNotifier } from './adapters/notifier/review-host.js';
import { slackNotifier } from './adapters/notifier/slack.js';
import { webhookNotifier } from './adapters/notifier/webhook.js';
import { currentRedactor } from './adapters/system/redact.js';
import { systemTimer } from './adapters/system/timer.js';
import { createNotices, type Route, type SpreadNotices } from './app/telling/spread-notices.js';
import { ALL_EVENTS, type NoticeFilter } from './core/notice.js';
import type { Clock } from './ports/clock.js';
import type { Log } from './ports/log.js';
import type { ReviewHost } from './ports/review-host.js';

/** Who is told beside the pull request, secrets already read. */
export interface Receiver {
  readonly name: string;
  readonly kind: 'slack' | 'webhook';
  readonly url: string;
  readonly secrets: readonly string[];
  readonly filter: NoticeFilter;
}

export interface NoticesOptions {
  readonly host: Pick<ReviewHost, 'notify' | 'announce'>;
  readonly receivers: readonly Receiver[];
  /** Values that no notice may hold, as they are known by now. */
  readonly secrets: () => readonly string[];
  /** Of the access repository's pages, without a slash at the end. */
  readonly repositoryUrl: string;
  readonly repository: string;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface WiredNotices extends SpreadNotices {
  close(): Promise<void>;
}

/** The pull request has its check and its sticky comment to say whose approval it wants; drift and the setup are about none. */
const NOT_ON_GITHUB: ReadonlySet<string> = new Set(['approval_wanted', 'drift', 'setup_changed']);

/** Puts the receivers of notices together: the review host always, and whoever the settings name. */
export async function wireNotices(options: NoticesOptions): Promise<WiredNotices> {
  const { host, receivers, dataDir, log } = options;
  const memory = noticeMemoryFile(dataDir, log);
  const github: Route = {
    name: 'github',
    filter: { events: ALL_EVENTS.filter((event) => !NOT_ON_GITHUB.has(event)) },
    notifier: reviewHostNotifier(host),
  };
  const notices = createNotices({
    routes: [github, ...receivers.map((receiver) => routeOf(receiver, options))],
    remembered: await memory.load(),
    memory,
    timer: systemTimer,
    log,
    clean: currentRedactor(options.secrets),
    linkOf: (pullRequest) => `${options.repositoryUrl}/pull/${pullRequest}`,
  });
  return {
    ...notices,
    async close() {
      await notices.close();
      await memory.saved();
    },
  };
}

function routeOf({ name, filter, kind, url, secrets }: Receiver, options: NoticesOptions): Route {
  const { repository, clock } = options;
  const notifier =
    kind === 'slack' ? slackNotifier({ url }) : webhookNotifier({ url, secrets, repository, clock });
  return { name, filter, notifier };
}
