import type { Login } from './identity.js';
import type { Duration, Instant } from './time.js';

/** The path of the request below `access-requests/` without its extension, such as `2026/11/alice-orders-db`. */
export type RequestId = string & { readonly __brand: 'RequestId' };

/** What a person asks for, exactly as the document says it. */
export interface AccessRequest {
  readonly id: RequestId;
  readonly subject: Login;
  /** Catalog ids, at least one, none twice. */
  readonly entitlements: readonly string[];
  readonly duration: Duration;
  readonly justification: string;
  readonly ticket?: string;
  readonly start?: Instant;
  readonly extends?: RequestId;
  readonly breakGlass: boolean;
}

export const REQUEST_FOLDER = 'access-requests/';
const SEGMENT = '[a-z0-9][a-z0-9._-]{0,62}';
const DAY = '(?:0[1-9]|[12]\\d|3[01])';
// A name that reads as a day would be a file where another request has a folder, and one marker would hide the other.
export const REQUEST_ID_PATTERN = `^\\d{4}/(?:0[1-9]|1[0-2])/(?:${DAY}/)?(?!${DAY}$)${SEGMENT}$`;
const REQUEST_ID = new RegExp(REQUEST_ID_PATTERN);

/** Every id in a document: catalog ids, targets, tiers, rule names. */
export const ID_PATTERN = `^${SEGMENT}$`;

export function parseRequestId(text: string): RequestId | undefined {
  return REQUEST_ID.test(text) ? (text as RequestId) : undefined;
}

/** @returns the id of the request a path holds, or `undefined` when no request may lie there (T016). */
export function requestIdOfPath(path: string): RequestId | undefined {
  if (!path.startsWith(REQUEST_FOLDER) || !path.endsWith('.yaml')) return undefined;
  return parseRequestId(path.slice(REQUEST_FOLDER.length, -'.yaml'.length));
}

export function pathOfRequest(id: RequestId): string {
  return `${REQUEST_FOLDER}${id}.yaml`;
}
