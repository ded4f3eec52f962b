import { setTimeout as sleep } from 'node:timers/promises';
import type { GitHubClient } from './client.js';
import { statusOf } from './faults.js';

export interface ReadAgain {
  /** How often, after the first time. */
  readonly retries: number;
  /** How long the first of them waits; the n-th waits n² times as long. */
  readonly milliseconds: number;
}

/** Refused is refused; limits and conflicts are for the caller, who knows what else there is to do. */
const NEVER_AGAIN = new Set([400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 451]);

/**
 * Asks GitHub again for what it failed to answer; a write is never repeated. Octokit's plugin for this puts every request through a queue with timers of its
 * own, which made each one milliseconds later, the first time as well.
 */
export function readAgain(client: GitHubClient, { retries, milliseconds }: ReadAgain): void {
  client.hook.wrap('request', async (request, options) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await request(options);
      } catch (error) {
        const status = statusOf(error) ?? 0;
        const mayAnswer = isRead(options) && status >= 400 && !NEVER_AGAIN.has(status);
        if (!mayAnswer || tries > retries) throw error;
        await sleep(milliseconds * tries ** 2);
      }
    }
  });
}

/** A query only reads, whatever HTTP calls it. */
function isRead({ method, query }: { readonly method: string; readonly query?: unknown }): boolean {
  return method === 'GET' || String(query ?? '').startsWith('query');
}
