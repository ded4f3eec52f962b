import { Blocked, type Fault, Retry } from '../../../ports/fault.js';

/** An answer of Microsoft Graph that is no success (https://learn.microsoft.com/graph/errors). */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, text: string) {
    const { code, message } = errorOf(text);
    super(message ?? `Microsoft Graph answered ${status}`);
    this.name = 'GraphError';
    this.status = status;
    this.code = code ?? '';
  }
}

function errorOf(text: string): { code?: string; message?: string } {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown; message?: unknown } };
    const { code, message } = error ?? {};
    return {
      ...(typeof code === 'string' ? { code } : {}),
      ...(typeof message === 'string' ? { message: message.slice(0, 500) } : {}),
    };
  } catch {
    return {};
  }
}

/** Status to what somebody has to do. What says "later" by its status has been told before. */
const BLOCKED: Readonly<Record<number, readonly [code: string, unblock: string]>> = {
  401: ['credentials', 'Correct tenant, client_id and the secret or certificate in the settings.'],
  403: ['permission', 'Give the app registration the permissions that docs/providers/entra.md sets up.'],
  404: ['not_found', 'Correct the object ids in the catalog and in the people document.'],
};

/** Privileged Identity Management takes nothing away in the first five minutes. */
const TOO_YOUNG = /ActiveDurationTooShort/;
const TOO_YOUNG_SECONDS = 60;
/** The service works on an earlier change of the same assignment. */
const BUSY =
  /^(?:RoleAssignmentRequestExists|PendingRoleAssignmentRequest|ConcurrencyFailure|Directory_ConcurrencyViolation)/;

/** @returns a fault, or the error itself when it is a bug. */
export function faultOf(error: unknown, target: string): unknown {
  if (!(error instanceof GraphError)) return error;
  return blockedOrLater(error, `${target}: ${error.message}`);
}

function blockedOrLater(error: GraphError, message: string): Fault {
  const { status, code } = error;
  if (TOO_YOUNG.test(code)) return new Retry('too_young', message, TOO_YOUNG_SECONDS, error);
  if (status === 409 || BUSY.test(code)) return new Retry('conflict', message, 0, error);
  const [name, unblock] = BLOCKED[status] ?? [
    'refused',
    'Read what Microsoft Graph answered; it will be refused until that is mended.',
  ];
  return new Blocked(name, message, unblock, error);
}

export function isMissing(error: unknown): boolean {
  return error instanceof GraphError && error.status === 404;
}

export async function unlessMissing<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
