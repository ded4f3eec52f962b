import { atLeast } from './auth/principal.js';
import type { Files } from './git/write.js';
import { DEFAULT_BRANCH, type Hub, isAppBot } from './hub.js';
import { addComment, deleteComment, editComment } from './issues/comments.js';
import type { Permission } from './options.js';
import { pullNumbered } from './pulls/find.js';
import { type MergeFacts, mergePull } from './pulls/merge.js';
import { type OpenFacts, openPull } from './pulls/open.js';
import { setDraft, updatePull } from './pulls/update.js';
import { updateBranch } from './pulls/update-branch.js';
import { forbidden, notFound } from './refusal.js';
import { deleteBranch, forkRepository, type PushFacts, pushCommit, pushFiles } from './repository/push.js';
import { requestReviews } from './reviews/requests.js';
import { dismissReview, type ReviewFacts, reviewNumbered, submitReview } from './reviews/submit.js';
import { type Account, accountNamed, type Comment, type Issue, type PullRequest, type Sha } from './state.js';

/** What somebody does in the browser, with git or with a token: the same rules as over HTTP, without the HTTP. */
export interface Actor {
  readonly login: string;
  /** A commit with these files (`null` deletes) on a branch. @returns the new head */
  push(branch: string, files: Files, facts?: PushFacts): Promise<Sha>;
  /** Points a branch at a commit that exists, as `git push --force origin <sha>:<branch>`. */
  pushCommit(branch: string, sha: Sha, facts?: { readonly force?: boolean }): Promise<void>;
  deleteBranch(branch: string): Promise<void>;
  fork(): Promise<void>;
  /** @returns its number */
  openPullRequest(facts: {
    readonly head: string;
    readonly base?: string;
    readonly title?: string;
    readonly body?: string;
    readonly draft?: boolean;
  }): Promise<number>;
  /** @returns the review's id */
  review(
    pull: number,
    event: NonNullable<ReviewFacts['event']>,
    facts?: Omit<ReviewFacts, 'event'>,
  ): Promise<number>;
  approve(pull: number, facts?: Omit<ReviewFacts, 'event'>): Promise<number>;
  requestChanges(pull: number, facts?: Omit<ReviewFacts, 'event'>): Promise<number>;
  dismiss(pull: number, review: number, message?: string): Promise<void>;
  requestReviews(pull: number, logins: readonly string[], teams?: readonly string[]): Promise<void>;
  /** @returns the comment's id */
  comment(issue: number, body: string): Promise<number>;
  editComment(comment: number, body: string): Promise<void>;
  deleteComment(comment: number): Promise<void>;
  /** @returns the commit that landed */
  merge(pull: number, facts?: MergeFacts): Promise<Sha>;
  retarget(pull: number, base: string): Promise<void>;
  edit(pull: number, text: { readonly title?: string; readonly body?: string }): Promise<void>;
  close(pull: number): Promise<void>;
  reopen(pull: number): Promise<void>;
  markDraft(pull: number): Promise<void>;
  markReady(pull: number): Promise<void>;
  updateBranch(pull: number): Promise<void>;
}

export function actorNamed(hub: Hub, login: string): Actor {
  const found = accountNamed(hub.state, login);
  if (found === undefined) throw new Error(`${login} is not a user of this sandbox`);
  const me: Account = found;
  /** Everything is one change at a time, and its webhooks leave when it is done. */
  async function act<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await hub.exclusively(work);
    } finally {
      hub.outbox.flush();
    }
  }
  const onPull = <T>(
    number: number,
    work: (pull: PullRequest) => Promise<T>,
    needs: Permission = 'read',
  ): Promise<T> =>
    act(async () => {
      refuseWithout(hub, me, needs);
      return work(pullNumbered(hub, number));
    });
  const review = (number: number, facts: ReviewFacts): Promise<number> =>
    onPull(number, async (pull) => (await submitReview(hub, pull, me, facts)).id);
  return {
    login: me.login,
    push: (branch, files, facts = {}) => act(() => pushFiles(hub, me, { branch, files, facts })),
    pushCommit: (branch, sha, { force = false } = {}) =>
      act(() => pushCommit(hub, me, { branch, sha, force })),
    deleteBranch: (branch) => act(() => deleteBranch(hub, me, branch)),
    fork: () => act(() => forkRepository(hub, me)),
    openPullRequest: (facts) =>
      act(async () => {
        refuseWithout(hub, me, 'read');
        return (await openPull(hub, me, opening(facts))).number;
      }),
    review: (number, event, facts = {}) => review(number, { body: event, ...facts, event }),
    approve: (number, facts = {}) => review(number, { ...facts, event: 'APPROVE' }),
    requestChanges: (number, facts = {}) =>
      review(number, { body: 'No.', ...facts, event: 'REQUEST_CHANGES' }),
    dismiss: (number, id, message = 'Set aside.') =>
      onPull(number, (pull) => dismissReview(hub, pull, me, { review: reviewNumbered(pull, id), message })),
    requestReviews: (number, logins, teams = []) =>
      onPull(number, (pull) => requestReviews(hub, pull, me, { logins, teams }), 'write'),
    comment: (number, body) =>
      act(async () => {
        refuseWithout(hub, me, 'read');
        return (await addComment(hub, issueNumbered(hub, number), me, body)).id;
      }),
    editComment: (id, body) => act(() => editComment(hub, commentNumbered(hub, id), me, body)),
    deleteComment: (id) => act(() => deleteComment(hub, commentNumbered(hub, id), me)),
    merge: (number, facts) => onPull(number, (pull) => mergePull(hub, pull, me, facts), 'write'),
    retarget: (number, base) => onPull(number, (pull) => updatePull(hub, pull, me, { base })),
    edit: (number, text) => onPull(number, (pull) => updatePull(hub, pull, me, text)),
    close: (number) => onPull(number, (pull) => updatePull(hub, pull, me, { state: 'closed' })),
    reopen: (number) => onPull(number, (pull) => updatePull(hub, pull, me, { state: 'open' })),
    markDraft: (number) => onPull(number, (pull) => setDraft(hub, pull, me, true)),
    markReady: (number) => onPull(number, (pull) => setDraft(hub, pull, me, false)),
    updateBranch: (number) => onPull(number, (pull) => updateBranch(hub, pull, me, undefined), 'write'),
  };
}

/** A repository one cannot read does not exist; the App's bot has what the App has. */
function refuseWithout(hub: Hub, account: Account, needs: Permission): void {
  if (isAppBot(hub, account)) return;
  if (account.deleted || !atLeast(account.permission, 'read')) throw notFound();
  if (!atLeast(account.permission, needs)) throw forbidden('Must have admin rights to Repository.');
}

const opening = ({
  head,
  base = DEFAULT_BRANCH,
  title = head,
  body,
  draft = false,
}: Parameters<Actor['openPullRequest']>[0]): OpenFacts => ({ head, base, title, body: body ?? null, draft });

function issueNumbered(hub: Hub, number: number): Issue {
  const issue = hub.state.issues.get(number);
  if (issue === undefined) throw notFound();
  return issue;
}

function commentNumbered(hub: Hub, id: number): Comment {
  const comment = hub.state.comments.find((each) => each.id === id);
  if (comment === undefined) throw notFound();
  return comment;
}
