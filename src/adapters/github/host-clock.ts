import { addSeconds, type Instant, instantOf, later, secondsBetween } from '../../core/time.js';
import type { Clock } from '../../ports/clock.js';
import type { GitHubClient } from './client.js';

/**
 * Listens to the `Date` of every answer, also of those that are errors, and keeps how far it was from our clock just then.
 * @returns what GitHub's clock shows now, if both went on as they did.
 */
export function watchHostClock(client: GitHubClient, clock: Clock): () => Instant | undefined {
  let ahead: number | undefined;
  const note = (date: string | undefined): void => {
    const milliseconds = Date.parse(date ?? '');
    if (Number.isFinite(milliseconds)) ahead = secondsBetween(clock.now(), instantOf(milliseconds / 1_000));
  };
  client.hook.after('request', (response) => note(response.headers.date));
  client.hook.error('request', (error) => {
    if ('response' in error) note(error.response?.headers.date);
    throw error;
  });
  return () => (ahead === undefined ? undefined : addSeconds(clock.now(), ahead));
}

/**
 * A clock that is slow, or was set back, would let access outlast its end (T089): time is at least what GitHub's clock shows. A clock
 * that is fast only ends early.
 */
export function neverBehind(clock: Clock, host: { hostClock(): Instant | undefined }): Clock {
  return {
    now() {
      const here = clock.now();
      return later(here, host.hostClock() ?? here);
    },
  };
}
