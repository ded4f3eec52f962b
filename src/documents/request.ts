import { parseLogin } from '../core/identity.js';
import { type AccessRequest, parseRequestId, pathOfRequest, type RequestId } from '../core/request.js';
import { parseDuration, parseInstant } from '../core/time.js';
import { certain } from './certain.js';
import type { Parsed } from './issue.js';
import { plainlyWritten } from './plainly-written.js';
import { REQUEST_PROFILE } from './profile.js';
import { ACCESS_REQUEST } from './schemas/access-request.js';
import { checkShape, checkVersion } from './shape.js';
import { readYaml } from './yaml-profile.js';

/** The document as its schema says it is. */
export interface RequestDocument {
  readonly subject: string;
  readonly entitlements: readonly string[];
  readonly duration: string;
  readonly justification: string;
  readonly ticket?: string;
  readonly start?: string;
  readonly extends?: string;
  readonly break_glass?: boolean;
}

/** @param id from the path; the document does not repeat it. */
export function parseRequest(bytes: Uint8Array, id: RequestId): Parsed<AccessRequest> {
  const plain = plainlyWritten(bytes, REQUEST_PROFILE, ACCESS_REQUEST);
  if (plain === undefined) return parseRequestInFull(bytes, id);
  return { value: requestOf(plain as RequestDocument, id), warnings: [] };
}

/** The same in the strict profile, which knows every spelling and says what is wrong and where. */
export function parseRequestInFull(bytes: Uint8Array, id: RequestId): Parsed<AccessRequest> {
  const draft = readYaml(bytes, pathOfRequest(id), REQUEST_PROFILE);
  if (checkVersion(draft)) checkShape(draft, ACCESS_REQUEST);
  return draft.conclude(() => requestOf(draft.value as RequestDocument, id));
}

export function requestOf(document: RequestDocument, id: RequestId): AccessRequest {
  const { ticket, start } = document;
  return {
    id,
    subject: certain(parseLogin(document.subject)),
    entitlements: document.entitlements,
    duration: certain(parseDuration(document.duration)),
    justification: document.justification,
    ...(ticket === undefined ? {} : { ticket }),
    ...(start === undefined ? {} : { start: certain(parseInstant(start)) }),
    ...(document.extends === undefined ? {} : { extends: certain(parseRequestId(document.extends)) }),
    breakGlass: document.break_glass ?? false,
  };
}
