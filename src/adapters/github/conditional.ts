import type { GitHubClient } from './client.js';
import { statusOf } from './faults.js';

interface Kept {
  readonly etag: string;
  readonly answer: {
    readonly data: unknown;
    readonly status: number;
    readonly url: string;
    readonly headers: Headers;
  };
  readonly characters: number;
}
type Headers = Readonly<Record<string, string | number | undefined>>;

const MOST_ANSWERS = 1_000;
const MOST_CHARACTERS = 16_000_000;
const LONGEST_ANSWER = 1_000_000;

/**
 * Asks again only for what has changed: with the `ETag` of the answer before, GitHub says 304 where it still holds, which costs nothing of the hour's
 * budget. That is GitHub's word of this very moment, so nothing decided on it is older than without (docs: "Use conditional requests").
 */
export function rememberAnswers(client: GitHubClient): void {
  const kept = new Map<string, Kept>();
  let characters = 0;

  const drop = (key: string): void => {
    characters -= kept.get(key)?.characters ?? 0;
    kept.delete(key);
  };
  const keep = (key: string, answer: Kept['answer']): void => {
    drop(key);
    const { etag } = answer.headers;
    const size = JSON.stringify(answer.data ?? null).length;
    if (typeof etag !== 'string' || size > LONGEST_ANSWER) return;
    kept.set(key, { etag, answer, characters: size });
    characters += size;
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_ANSWERS && characters <= MOST_CHARACTERS) break;
      drop(oldest);
    }
  };

  client.hook.wrap('request', async (request, options) => {
    if (options.method !== 'GET') return request(options);
    const key = `${client.request.endpoint(options).url} ${options.headers.accept ?? ''}`;
    const known = kept.get(key);
    if (known !== undefined) options.headers['if-none-match'] = known.etag;
    try {
      const answer = await request(options);
      keep(key, answer as Kept['answer']);
      return answer;
    } catch (error) {
      if (known === undefined || statusOf(error) !== 304) throw error;
      kept.delete(key);
      kept.set(key, known);
      const headers = { ...known.answer.headers, ...headersOf(error) };
      return { ...known.answer, headers } as Awaited<ReturnType<typeof request>>;
    }
  });
}

function headersOf(error: unknown): Headers {
  return (error as { readonly response?: { readonly headers?: Headers } }).response?.headers ?? {};
}
