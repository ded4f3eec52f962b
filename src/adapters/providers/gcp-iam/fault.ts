import { Blocked, type Fault } from '../../../ports/fault.js';
import type { HttpAnswer } from '../../http/answer.js';

/** Status to what somebody has to do (https://cloud.google.com/apis/design/errors). What says "later" has been told before. */
const BLOCKED: Readonly<Record<number, readonly [code: string, unblock: string]>> = {
  401: ['credentials', 'Correct the key in the settings, or the service account of the machine.'],
  403: [
    'permission',
    'Give Hallpass the role that docs/providers/gcp-iam.md sets up, on this resource and for this role. Google answers the same for a project that does not exist.',
  ],
  404: ['not_found', 'Correct the resource in the catalog.'],
};

/** "User alice@example.com does not exist." */
const NO_SUCH_PERSON = /\b(?:user|member|principal|account)\b.*\bdoes not exist/i;

export function faultOf({ status, text }: HttpAnswer, target: string): Fault {
  const message = `${target}: ${messageOf(text) ?? `Google Cloud answered ${status}`}`;
  if (status === 400 && NO_SUCH_PERSON.test(message)) {
    return new Blocked(
      'unknown_subject',
      message,
      'Correct the identity in the people document: the address of a Google account.',
    );
  }
  const [code, unblock] = BLOCKED[status] ?? [
    'refused',
    'Read what Google Cloud answered; it will be refused until that is mended.',
  ];
  return new Blocked(code, message, unblock);
}

/** Whether it is about one resource, and others may be readable. */
export function isAboutResource(error: unknown): error is Blocked {
  return error instanceof Blocked && (error.code === 'permission' || error.code === 'not_found');
}

function messageOf(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } };
    return typeof error?.message === 'string' ? error.message.slice(0, 500) : undefined;
  } catch {
    return undefined;
  }
}
