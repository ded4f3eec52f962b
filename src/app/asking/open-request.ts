import type { Account } from '../../core/identity.js';
import type { RequestId } from '../../core/request.js';
import { Blocked, isFault } from '../../ports/fault.js';
import type { OwnPullRequest, OwnPullRequests } from '../../ports/own-pull-requests.js';
import type { WorkingCopy } from '../../ports/working-copy.js';
import type { Draft } from './draft-request.js';

interface Deps {
  readonly copy: WorkingCopy;
  readonly desk: OwnPullRequests;
}

interface Input {
  readonly draft: Draft;
  readonly requester: Account;
  /** The default branch. */
  readonly base: string;
}

export interface Opened extends OwnPullRequest {
  /** Whether it was there before, such as from an attempt that was interrupted. */
  readonly wasThere: boolean;
}

/** The branch on which a request is asked for. */
export function branchOf(id: RequestId): string {
  return `request/${id}`;
}

/**
 * Whether a draft may have its id: nobody has its branch, or the very same draft lies there, which an interrupted attempt of
 * one's own has left.
 */
export async function isFreeBranch(copy: WorkingCopy, { id, path, content }: Draft): Promise<boolean> {
  const read = await copy.branch(branchOf(id));
  if (read === undefined) return true;
  const bytes = await read(path);
  return bytes !== undefined && new TextDecoder().decode(bytes) === content;
}

/** Pushes the branch, then opens the pull request. Each is done unless it was done before, so that it can be run again. */
export async function openRequest({ copy, desk }: Deps, { draft, requester, base }: Input): Promise<Opened> {
  const { id, path, content } = draft;
  const branch = branchOf(id);
  await copy.push({ branch, path, content, subject: `ask: ${id}`, author: requester });
  // Whatever lies on the branch now is what is opened, so it has to be what was shown.
  if (!(await isFreeBranch(copy, draft))) {
    const again = 'Run the same command again; it takes another name.';
    throw new Blocked('branch_taken', `somebody else was faster with the branch ${branch}`, again);
  }
  try {
    const there = await desk.openOf(branch);
    if (there !== undefined) return { ...there, wasThere: true };
    const title = `Access for ${id.split('/').at(-1) ?? id}`;
    return { ...(await desk.open({ branch, base, title, body: bodyOf(path) })), wasThere: false };
  } catch (error) {
    if (!isFault(error)) throw error;
    throw new Blocked(
      error.code,
      `the request lies on the branch ${branch}, and its pull request could not be opened: ${error.message}`,
      'Run the same command again, which goes on from there, or open the pull request in the browser.',
      error,
    );
  }
}

function bodyOf(path: string): string {
  return `Asks for access with \`${path}\`. The comment of the app says what is missing and who can approve.\n`;
}
