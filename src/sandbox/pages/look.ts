import type { SandboxGitHub } from '../github/start.js';

/** What a person sees of the repository over GitHub's API, with a token of their own. */
export interface Look {
  pulls(): Promise<readonly PullRow[]>;
  /** `undefined`: there is none with this number. */
  pull(number: number): Promise<PullSeen | undefined>;
}

export interface PullRow {
  readonly number: number;
  readonly title: string;
  readonly by: string;
  readonly state: 'open' | 'merged' | 'closed';
  readonly openedAt: string;
}

export interface PullSeen extends PullRow {
  readonly branch: string;
  readonly files: readonly {
    readonly path: string;
    readonly patch: string;
    /** All of it, where it can be changed: while the pull request is open. */
    readonly text?: string;
  }[];
  readonly check: CheckSeen | undefined;
  /** Comments and reviews, oldest first. */
  readonly talk: readonly Said[];
}

export interface CheckSeen {
  readonly title: string;
  readonly conclusion: string;
  readonly annotations: readonly {
    readonly path: string;
    readonly line: number;
    readonly message: string;
  }[];
}

export interface Said {
  readonly by: string;
  readonly at: string;
  /** `approved`, `changes_requested`, … for a review; `undefined` for a comment. */
  readonly review?: string;
  /** Markdown. */
  readonly body: string;
}

interface Person {
  readonly login: string;
}

interface ApiPull {
  readonly number: number;
  readonly title: string;
  readonly user: Person | null;
  readonly state: string;
  readonly merged_at: string | null;
  readonly created_at: string;
  readonly head: { readonly ref: string; readonly sha: string };
}

/** Throws when the stand-in refuses what anybody who may read the repository can see. */
export function lookAs(github: SandboxGitHub, login: string): Look {
  const get = async <T>(path: string): Promise<T | undefined> => {
    const answer = await fetch(`${github.url}/repos/acme/access${path}`, {
      headers: { authorization: `Bearer ${github.token(login)}` },
    });
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status}`);
    return (await answer.json()) as T;
  };
  const list = async <T>(path: string): Promise<readonly T[]> => (await get<readonly T[]>(path)) ?? [];
  return {
    pulls: async () => (await list<ApiPull>('/pulls?state=all&per_page=50')).map(rowOf),
    async pull(number) {
      const pull = await get<ApiPull>(`/pulls/${number}`);
      if (pull === undefined) return undefined;
      const [files, comments, reviews, check] = await Promise.all([
        list<{ filename: string; patch?: string }>(`/pulls/${number}/files`),
        list<ApiComment>(`/issues/${number}/comments?per_page=100`),
        list<ApiReview>(`/pulls/${number}/reviews?per_page=100`),
        checkOn(pull.head.sha),
      ]);
      return {
        ...rowOf(pull),
        branch: pull.head.ref,
        files: await Promise.all(
          files.map(async ({ filename: path, patch = '' }) => ({
            path,
            patch,
            ...(await textOf(pull, path)),
          })),
        ),
        check,
        talk: [...comments.map(commented), ...reviews.map(reviewed)].sort((a, b) => a.at.localeCompare(b.at)),
      };
    },
  };

  async function textOf({ state, head }: ApiPull, path: string): Promise<{ readonly text?: string }> {
    if (state !== 'open' || !/\.ya?ml$/u.test(path)) return {};
    const place = path.split('/').map(encodeURIComponent).join('/');
    const found = await get<{ readonly content?: string }>(`/contents/${place}?ref=${head.sha}`);
    return found?.content === undefined
      ? {}
      : { text: Buffer.from(found.content, 'base64').toString('utf8') };
  }

  async function checkOn(sha: string): Promise<CheckSeen | undefined> {
    const found = await get<{ readonly check_runs: readonly ApiCheck[] }>(
      `/commits/${sha}/check-runs?check_name=hallpass`,
    );
    const [run] = found?.check_runs ?? [];
    if (run === undefined) return undefined;
    const annotations = await list<{ path: string; start_line: number; message: string | null }>(
      `/check-runs/${run.id}/annotations`,
    );
    return {
      title: run.output.title ?? '',
      conclusion: run.conclusion ?? run.status,
      annotations: annotations.map(({ path, start_line: line, message }) => ({
        path,
        line,
        message: message ?? '',
      })),
    };
  }
}

interface ApiComment {
  readonly user: Person | null;
  readonly created_at: string;
  readonly body?: string;
}

interface ApiReview {
  readonly user: Person | null;
  readonly submitted_at?: string;
  readonly state: string;
  readonly body: string;
}

interface ApiCheck {
  readonly id: number;
  readonly status: string;
  readonly conclusion: string | null;
  readonly output: { readonly title: string | null };
}

const nameOf = (user: Person | null): string => user?.login ?? 'ghost';

function rowOf({ number, title, user, state, merged_at, created_at }: ApiPull): PullRow {
  const kind = merged_at !== null ? 'merged' : state === 'open' ? 'open' : 'closed';
  return { number, title, by: nameOf(user), state: kind, openedAt: created_at };
}

const commented = ({ user, created_at: at, body = '' }: ApiComment): Said => ({ by: nameOf(user), at, body });

const reviewed = ({ user, submitted_at: at = '', state, body }: ApiReview): Said => ({
  by: nameOf(user),
  at,
  review: state.toLowerCase(),
  body,
});
