import type { Notifier } from '../../ports/notifier.js';
import type { ReviewHost } from '../../ports/review-host.js';

/**
 * Where the request is: a comment on its pull request, an issue where none stands for it. What is said again there is said once, since
 * the comment stays.
 */
export function reviewHostNotifier(host: Pick<ReviewHost, 'notify' | 'announce'>): Notifier {
  return {
    deliver: ({ pullRequest, thread, title, markdown }) =>
      pullRequest === null
        ? host.announce(thread, title, markdown)
        : host.notify(pullRequest, thread, markdown),
  };
}
