import { Retry } from '../../ports/fault.js';
import type { GitHubClient } from './client.js';
import { type GraphQLError, graphqlFault, send } from './graphql.js';

/** One mutation of GitHub's, such as `addComment`. */
export interface Change {
  readonly field: keyof typeof INPUTS;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What each takes, and what is read of its answer. */
const INPUTS = {
  updateCheckRun: ['UpdateCheckRunInput', 'checkRun { id }'],
  addComment: ['AddCommentInput', 'commentEdge { node { id } }'],
  updateIssueComment: ['UpdateIssueCommentInput', 'issueComment { id }'],
  addLabelsToLabelable: ['AddLabelsToLabelableInput', 'clientMutationId'],
  removeLabelsFromLabelable: ['RemoveLabelsFromLabelableInput', 'clientMutationId'],
  requestReviews: ['RequestReviewsInput', 'clientMutationId'],
} as const;

/** GitHub understood and said no to this one; what went with it is done all the same. */
export class WriteRefused extends Error {
  readonly refusal: GraphQLError;

  constructor(refusal: GraphQLError) {
    super(refusal.message);
    this.refusal = refusal;
  }

  /** There is no such thing any more. */
  get isGone(): boolean {
    return this.refusal.type === 'NOT_FOUND';
  }
}

export interface Writer {
  /**
   * @param soon at the end of this turn of the event loop; absent, after a moment in which others may join
   * @throws WriteRefused; anything else leaves open whether it was done
   */
  write<Payload>(change: Change, soon?: 'soon'): Promise<Payload>;
}

const MOST_TOGETHER = 10;
const MOMENT_MILLISECONDS = 20;

interface Waiting extends Change {
  readonly done: (payload: unknown) => void;
  readonly failed: (error: unknown) => void;
}

/** What is written at about the same time goes in one call, in the order in which it came. The more there is to write, the fewer calls it takes. */
export function createWriter(client: GitHubClient): Writer {
  let waiting: Waiting[] = [];
  let stop: (() => void) | undefined;
  let isSoon = false;

  const flush = (): void => {
    stop?.();
    stop = undefined;
    isSoon = false;
    const all = waiting;
    waiting = [];
    for (let from = 0; from < all.length; from += MOST_TOGETHER)
      void sendTogether(client, all.slice(from, from + MOST_TOGETHER));
  };

  const arm = (soon: boolean): void => {
    if (stop !== undefined && (isSoon || !soon)) return;
    stop?.();
    isSoon = soon;
    if (soon) {
      const immediate = setImmediate(flush);
      stop = () => clearImmediate(immediate);
    } else {
      const timer = setTimeout(flush, MOMENT_MILLISECONDS);
      stop = () => clearTimeout(timer);
    }
  };

  return {
    write: <Payload>(change: Change, soon?: 'soon') =>
      new Promise<Payload>((resolve, reject) => {
        waiting.push({ ...change, done: resolve as Waiting['done'], failed: reject });
        arm(soon === 'soon');
      }),
  };
}

/** The text of a call that makes so many changes; a test validates it against GitHub's schema. */
export function mutationOf(fields: readonly Change['field'][]): string {
  const parameters = fields.map((field, n) => `$i${n}: ${INPUTS[field][0]}!`).join(', ');
  const parts = fields.map((field, n) => `  c${n}: ${field}(input: $i${n}) { ${INPUTS[field][1]} }`);
  return `mutation HallpassWrites(${parameters}) {\n${parts.join('\n')}\n}`;
}

async function sendTogether(client: GitHubClient, together: readonly Waiting[]): Promise<void> {
  try {
    const document = mutationOf(together.map(({ field }) => field));
    const variables = Object.fromEntries(together.map(({ input }, n) => [`i${n}`, input]));
    const { data, errors } = await send<Record<string, unknown>>(client, document, variables);
    const [whole] = errors.filter(({ path = [] }) => path.length === 0);
    if (whole !== undefined) throw graphqlFault(whole);
    for (const [n, one] of together.entries())
      settle(
        one,
        data?.[`c${n}`],
        errors.find(({ path }) => path?.[0] === `c${n}`),
      );
  } catch (error) {
    for (const one of together) one.failed(error);
  }
}

function settle(one: Waiting, payload: unknown, error: GraphQLError | undefined): void {
  if (error !== undefined) one.failed(isRefusal(error) ? new WriteRefused(error) : graphqlFault(error));
  else if (payload === null || payload === undefined)
    one.failed(new Retry('github_answer', `GitHub left ${one.field} out of its answer.`));
  else one.done(payload);
}

const isRefusal = ({ type }: GraphQLError): boolean => type === 'NOT_FOUND' || type === 'UNPROCESSABLE';
