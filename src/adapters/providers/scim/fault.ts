import { Blocked, type Fault, Retry } from '../../../ports/fault.js';
import { excerptOf, type HttpAnswer, retryOf } from '../../http/answer.js';

/** Status (RFC 7644, 3.12) to what somebody has to do. */
const BLOCKED: Readonly<Record<number, readonly [code: string, unblock: string]>> = {
  401: ['credentials', 'Give the target a token that is valid, in the settings.'],
  403: ['forbidden', 'Let the token read users and groups, and change the members of groups.'],
  404: ['not_found', 'Correct the address of the target in the settings.'],
};

/** What an answer that is no success means. The rest of what the server says goes into the message, for whoever has to look. */
export function faultOf(target: string, answer: HttpAnswer): Fault {
  const { status } = answer;
  const later = retryOf(target, answer);
  if (later !== undefined) return later;
  if (status === 409 || status === 412)
    return new Retry('changed_meanwhile', `${target}: somebody else changed the group (${status})`);
  const [code, unblock] = BLOCKED[status] ?? [
    'refused',
    'Read what the server answered; it will refuse this until that is mended.',
  ];
  return new Blocked(code, `${target} answered ${status}: ${excerptOf(answer)}`, unblock);
}

/** The server has nothing to remove (RFC 7644, 3.5.2.2). */
export function isNoTarget({ status, text }: HttpAnswer): boolean {
  return status === 404 || (status === 400 && text.includes('noTarget'));
}
