import { type Instant, instantOf } from '../../core/time.js';
import type { GitHubClient } from './client.js';

/** Listens to the `Date` of every answer, also of those that are errors. */
export function watchHostClock(client: GitHubClient): () => Instant | undefined {
  let last: Instant | undefined;
  const note = (date: string | undefined): void => {
    const milliseconds = Date.parse(date ?? '');
    if (Number.isFinite(milliseconds)) last = instantOf(milliseconds / 1_000);
  };
  client.hook.after('request', (response) => note(response.headers.date));
  client.hook.error('request', (error) => {
    if ('response' in error) note(error.response?.headers.date);
    throw error;
  });
  return () => last;
}
