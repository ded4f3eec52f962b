import type { Violation } from '../../core/grant.js';
import { isFault } from '../../ports/fault.js';
import { ABOUT_NOTHING } from '../../views/notice-about.js';
import { titleOf } from '../../views/notice-titles.js';
import { violationNotice } from '../../views/violation.js';
import type { Ports } from '../ports.js';

type Deps = Pick<Ports, 'host' | 'log' | 'notices'>;

/** Says once what reached the default branch unapproved, with the pull request that brought it where one did. */
export async function announceViolations(deps: Deps, violations: readonly Violation[]): Promise<void> {
  for (const violation of violations) {
    const { commit, at } = violation;
    deps.log.error('violation', { commit, codes: violation.problems.map(({ code }) => code).join(' ') });
    const key = `violation ${commit}`;
    deps.notices.tell({
      ...ABOUT_NOTHING,
      pullRequest: await originOf(deps, violation),
      event: 'violation',
      key,
      thread: key,
      title: titleOf('violation', { id: commit, at }),
      markdown: violationNotice(violation),
      at,
    });
  }
}

/** Where it cannot be asked, it is said without. */
async function originOf(deps: Deps, { commit }: Violation): Promise<number | null> {
  try {
    const [origin] = await deps.host.pullRequestsOf(commit);
    return origin ?? null;
  } catch (error) {
    const code = isFault(error) ? error.code : 'unexpected';
    deps.log.warn('origin of a violation unknown', { commit, code });
    return null;
  }
}
