import type { Violation } from '../core/grant.js';
import { isFault } from '../ports/fault.js';
import { violationNotice, violationTitle } from '../views/violation.js';
import type { Ports } from './ports.js';

/**
 * Says once what reached the default branch unapproved: on the pull request that brought it, or in an issue where none did. An
 * announcement that cannot be made is only logged; the ledger has the violation.
 */
export async function announceViolations(
  deps: Pick<Ports, 'host' | 'log'>,
  violations: readonly Violation[],
): Promise<void> {
  for (const violation of violations) {
    deps.log.error('violation', {
      commit: violation.commit,
      codes: violation.problems.map(({ code }) => code).join(' '),
    });
    try {
      const markdown = violationNotice(violation);
      const key = `violation ${violation.commit}`;
      const [origin] = await deps.host.pullRequestsOf(violation.commit);
      if (origin === undefined) await deps.host.announce(key, violationTitle(violation), markdown);
      else await deps.host.notify(origin.number, key, markdown);
    } catch (error) {
      deps.log.warn('violation not announced', {
        commit: violation.commit,
        code: isFault(error) ? error.code : 'unexpected',
      });
    }
  }
}
