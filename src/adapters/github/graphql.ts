import { Blocked, Retry } from '../../ports/fault.js';
import type { GitHubClient } from './client.js';

/** One of the `errors` of an answer whose status is 200 all the same. */
export interface GraphQLError {
  /** `NOT_FOUND`, `FORBIDDEN`, `RATE_LIMITED`, …; absent where the question itself was wrong. */
  readonly type?: string;
  readonly path?: readonly (string | number)[];
  readonly message: string;
}

export interface GraphQLAnswer<Data> {
  readonly data: Data | null;
  readonly errors: readonly GraphQLError[];
}

const LONGEST_MESSAGE = 300;
/** GitHub asks to wait a minute after a limit that names no time. */
const LIMIT_SECONDS = 60;

/** Asks and hands back what came, errors with it. */
export async function send<Data>(
  client: GitHubClient,
  document: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<GraphQLAnswer<Data>> {
  const url = addressOf(client.request.endpoint.DEFAULTS.baseUrl);
  const { data: body } = await client.request({ method: 'POST', url, query: document, variables });
  const { data = null, errors = [] } = (body ?? {}) as Partial<GraphQLAnswer<Data>>;
  if (data === null && errors.length === 0)
    throw new Retry('github_answer', 'GitHub answered a query with nothing.');
  return { data, errors };
}

/**
 * Asks for facts: every error is a fault, since an answer with a hole in it would be taken for a smaller truth (T038). Only that there is no such
 * thing is an answer, where the caller says so.
 * @param mayBeMissing the path of what need not exist, such as `repository.pullRequest`
 */
export async function query<Data>(
  client: GitHubClient,
  document: string,
  {
    variables,
    mayBeMissing,
  }: {
    readonly variables: Readonly<Record<string, unknown>>;
    readonly mayBeMissing?: (path: string) => boolean;
  },
): Promise<Data> {
  const { data, errors } = await send<Data>(client, document, variables);
  const [first] = errors.filter(
    ({ type, path = [] }) => type !== 'NOT_FOUND' || mayBeMissing?.(path.join('.')) !== true,
  );
  if (first !== undefined) throw graphqlFault(first);
  if (data === null) throw new Retry('github_answer', 'GitHub answered a query without data.');
  return data;
}

/** What happens next after an error of a query. */
export function graphqlFault({ type, message, path = [] }: GraphQLError): Retry | Blocked {
  const said = `GitHub answered a query (${path.join('.')}): ${message}`.slice(0, LONGEST_MESSAGE);
  switch (type) {
    case 'RATE_LIMITED':
    case 'RATE_LIMIT':
      return new Retry('github_limited', said, LIMIT_SECONDS);
    case 'FORBIDDEN':
    case 'INSUFFICIENT_SCOPES':
      return new Blocked(
        'github_forbidden',
        said,
        'Give the app the permission that is missing, and accept it on the installation.',
      );
    case 'NOT_FOUND':
      return new Blocked(
        'github_not_found',
        said,
        'Check owner and name of the repository in the settings, and that the app is installed on it.',
      );
    default:
      return new Retry('github_answer', said);
  }
}

/** GitHub Enterprise Server has it beside its REST API: `/api/graphql` and `/api/v3`. */
const addressOf = (baseUrl: string): string =>
  /\/api\/v3$/.test(baseUrl) ? baseUrl.replace(/\/v3$/, '/graphql') : '/graphql';
