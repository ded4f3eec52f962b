import { type Instant, instantOf } from '../../../core/time.js';
import { Blocked, Retry } from '../../../ports/fault.js';
import { type HttpAnswer, jsonOf, retryOf } from '../../http/answer.js';
import { callHttp } from '../../http/call.js';
import type { Connection, ProviderDeps } from '../deps.js';
import { faultOf } from './fault.js';
import { type Policy, parsePolicy, VERSION } from './policy.js';
import { createTokens, TOKEN_PLACES, type TokenPlaces } from './token.js';

/** Google Cloud for the length of one call of ours. */
export interface Gcp {
  readPolicy(resource: string): Promise<Policy>;
  /** @returns the policy as it is now; undefined when somebody was faster, and it has to be read again. */
  writePolicy(resource: string, policy: Policy): Promise<Policy | undefined>;
  /** One page of the projects that we may see. */
  searchProjects(pageToken: string | undefined): Promise<unknown>;
  /** Google's clock of the last answer. */
  clock(): Instant | undefined;
}

/** What tests put in the place of Google. */
export interface Places extends TokenPlaces {
  readonly resources: string;
}

const PLACES: Places = { ...TOKEN_PLACES, resources: 'https://cloudresourcemanager.googleapis.com' };
const DEFAULT_SECONDS = 30;
/** A policy holds at most 1,500 members, some of them long. */
const MOST_BYTES = 4 * 1_048_576;

export type Session = <T>(work: (gcp: Gcp) => Promise<T>) => Promise<T>;

/** Every call of ours does its work within its time. What is not done by then is given up. */
export function openSession(connection: Connection, deps: ProviderDeps, places: Places = PLACES): Session {
  const seconds =
    typeof connection.timeout_seconds === 'number' ? connection.timeout_seconds : DEFAULT_SECONDS;
  const tokens = createTokens(connection, deps, places);
  return async (work) => {
    const signal = AbortSignal.timeout(seconds * 1_000);
    let date: string | undefined;
    const call = async (path: string, body?: unknown): Promise<HttpAnswer> => {
      const answer = await callHttp(deps.target, {
        method: body === undefined ? 'GET' : 'POST',
        url: new URL(`${places.resources}/v3/${path}`),
        headers: {
          authorization: `Bearer ${await tokens.get(signal)}`,
          'content-type': 'application/json',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal,
        mostBytes: MOST_BYTES,
      });
      date = answer.headers.date ?? date;
      if (answer.status === 401) tokens.forget();
      return answer;
    };
    return work(gcpOf(deps.target, call, () => clockOf(date)));
  };
}

type Call = (path: string, body?: unknown) => Promise<HttpAnswer>;

/** Resource Manager API v3 (https://cloud.google.com/resource-manager/reference/rest/v3/projects/setIamPolicy). */
function gcpOf(target: string, call: Call, clock: () => Instant | undefined): Gcp {
  const resultOf = (answer: HttpAnswer): unknown => {
    const later = retryOf(target, answer);
    if (later !== undefined) throw later;
    if (answer.status !== 200) throw faultOf(answer, target);
    return jsonOf(target, answer);
  };
  return {
    async readPolicy(resource) {
      const options = { requestedPolicyVersion: VERSION };
      return parsePolicy(resultOf(await call(`${resource}:getIamPolicy`, { options })));
    },
    async writePolicy(resource, policy) {
      const answer = await call(`${resource}:setIamPolicy`, { policy: { ...policy, version: VERSION } });
      // ABORTED: the etag is not that of the policy any more.
      if (answer.status === 409) return undefined;
      return parsePolicy(resultOf(answer));
    },
    async searchProjects(pageToken) {
      const query = new URLSearchParams({
        pageSize: '100',
        ...(pageToken === undefined ? {} : { pageToken }),
      });
      return resultOf(await call(`projects:search?${query}`));
    },
    clock,
  };
}

function clockOf(date: string | undefined): Instant | undefined {
  const seconds = Date.parse(date ?? '') / 1_000;
  return Number.isFinite(seconds) ? instantOf(seconds) : undefined;
}

const ATTEMPTS = 5;

/**
 * Reads, edits and writes back, and does it all again when somebody else wrote meanwhile.
 * @param edit gives the policy that should be, or undefined when it is so already.
 * @returns the policy that was written; undefined when nothing was.
 */
export async function changePolicy(
  gcp: Gcp,
  resource: string,
  edit: (policy: Policy) => Policy | undefined,
): Promise<Policy | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const wanted = edit(await gcp.readPolicy(resource));
    if (wanted === undefined) return undefined;
    const written = await gcp.writePolicy(resource, wanted);
    if (written !== undefined) return written;
  }
  throw new Retry('conflict', `the policy of ${resource} changes faster than it can be written`);
}

export function notGranted(resource: string): Blocked {
  return new Blocked(
    'not_granted',
    `Google Cloud took a policy for ${resource} and shows another`,
    'Look into the audit log of the resource.',
  );
}
