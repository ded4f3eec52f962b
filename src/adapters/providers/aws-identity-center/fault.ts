import { Blocked, type Fault, isFault, Retry } from '../../../ports/fault.js';

/** How the SDK reports an answer that is no success. */
interface ServiceError extends Error {
  readonly $metadata: { readonly httpStatusCode?: number };
}

/** Without the cause: the SDK's errors hold the request, credentials included. */
type Make = (message: string) => Fault;

const retry =
  (code: string, after = 0): Make =>
  (message) =>
    new Retry(code, message, after);

const blocked =
  (code: string, unblock: string): Make =>
  (message) =>
    new Blocked(code, message, unblock);

/** How long AWS is left alone when it limits us and names no time. */
const LIMIT_SECONDS = 5;

/** Names of errors (the services' API references, "Common Error Types" included) to what happens next; the first that fits. */
const RULES: readonly (readonly [RegExp, Make])[] = [
  [/^Throttling|^TooManyRequests|^RequestLimitExceeded/, retry('limited', LIMIT_SECONDS)],
  [/^Conflict|^ConcurrentModification|^PolicyChangesInProgress/, retry('conflict')],
  [/^(?:Internal|Service(?:Exception|Unavailable)|TimeoutError|RequestTimeout)/, retry('unavailable')],
  [
    /^AccessDenied|^NotAuthorized/,
    blocked('permission', 'Give Hallpass the policy that docs/providers/aws-identity-center.md shows.'),
  ],
  [
    /^(?:UnrecognizedClient|InvalidClientTokenId|InvalidSignature|IncompleteSignature|SignatureDoesNotMatch|ExpiredToken|MissingAuthenticationToken|OptInRequired|CredentialsProviderError|TokenProviderError)/,
    blocked('credentials', 'Correct the access key in the settings, or the role of the machine.'),
  ],
  [
    /^ResourceNotFound/,
    blocked('not_found', 'Correct the ids in the catalog, and instance and identity store in the settings.'),
  ],
  [
    /^PolicyNotFound|^AWSOrganizationsNotInUse|^ChildNotFound/,
    blocked('not_found', 'Correct deny_policy in the settings, and the account in the catalog.'),
  ],
  [/^ServiceQuotaExceeded/, blocked('quota', 'Ask AWS to raise the quota that its answer names.')],
];

/** @returns a fault, or the error itself when it is a bug. */
export function faultOf(error: unknown, target: string): unknown {
  if (isFault(error) || !(error instanceof Error)) return error;
  const message = `${target}: ${error.message}`;
  const make = RULES.find(([names]) => names.test(error.name))?.[1];
  if (make !== undefined) return later(make(message), error);
  if (isServiceError(error)) return otherFault(error, message);
  const code = 'code' in error ? String(error.code) : '';
  return /^E[A-Z]/.test(code) ? new Retry('unreachable', message) : error;
}

/** The identity store says how long to wait. */
function later(fault: Fault, error: Error): Fault {
  const after = 'RetryAfterSeconds' in error ? Number(error.RetryAfterSeconds) : Number.NaN;
  return fault instanceof Retry && after > 0 ? new Retry(fault.code, fault.message, after) : fault;
}

/** What has no name here, or is no answer of AWS at all, such as the page of a proxy. */
function otherFault(error: ServiceError, message: string): Fault {
  const { httpStatusCode: status = 500 } = error.$metadata;
  if (!(status >= 400 && status < 500)) return new Retry('unavailable', message);
  return new Blocked('refused', message, 'Read what AWS answered; it will be refused until that is mended.');
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && error.name === 'ResourceNotFoundException';
}

export function isConflict(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConflictException';
}

export async function unlessMissing<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isServiceError(error: Error): error is ServiceError {
  return '$metadata' in error && typeof error.$metadata === 'object' && error.$metadata !== null;
}
