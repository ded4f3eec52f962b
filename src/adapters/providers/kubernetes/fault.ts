import { Blocked, type Fault, Retry } from '../../../ports/fault.js';
import { excerptOf, type HttpAnswer, retryOf } from '../../http/answer.js';

/** What was tried, for saying which rule is missing. */
export interface Doing {
  readonly verb: 'get' | 'list' | 'create' | 'patch' | 'delete';
  readonly resource: string;
  readonly namespace: string | undefined;
}

/** What Kubernetes answers to whoever would give more than they have (RBAC documentation, "Privilege escalation prevention"). */
const ESCALATION = /attempting to grant RBAC permissions not currently held/;

/** What an answer that is no success means. */
export function faultOf(target: string, answer: HttpAnswer, doing: Doing): Fault {
  const { status } = answer;
  const later = retryOf(target, answer);
  if (later !== undefined) return later;
  const message = `${target} answered ${status} to ${say(doing)}: ${messageOf(answer)}`;
  if (status === 409) return new Retry('conflict', message);
  if (status === 410) return new Retry('expired', message);
  if (status === 401)
    return new Blocked('credentials', message, 'Give the target a token that is valid, in the settings.');
  if (status === 403 && ESCALATION.test(answer.text)) {
    return new Blocked(
      'no_bind',
      message,
      'Let Hallpass bind the role: add a rule with the verb bind for it, as docs/providers/kubernetes.md shows.',
    );
  }
  if (status === 403) return forbidden(target, doing, message);
  if (status === 404)
    return new Blocked(
      'not_found',
      message,
      'Correct the namespace in the catalog, or the address of the target in the settings.',
    );
  return new Blocked(
    'refused',
    message,
    'Read what the cluster answered; it will refuse this until that is mended.',
  );
}

export function forbidden(
  target: string,
  doing: Doing,
  message = `${target} lets Hallpass not ${say(doing)}`,
): Blocked {
  return new Blocked(
    'forbidden',
    message,
    `Add a rule with the verb ${doing.verb} on ${doing.resource}${where(doing)}, as docs/providers/kubernetes.md shows.`,
  );
}

function say(doing: Doing): string {
  return `${doing.verb} ${doing.resource}${where(doing)}`;
}

function where({ namespace }: Doing): string {
  return namespace === undefined ? ' in the cluster' : ` in the namespace ${namespace}`;
}

/** Answers that are no success are of kind Status. */
function messageOf(answer: HttpAnswer): string {
  try {
    const { message } = JSON.parse(answer.text);
    return excerptOf({ ...answer, text: String(message) });
  } catch {
    return excerptOf(answer);
  }
}
