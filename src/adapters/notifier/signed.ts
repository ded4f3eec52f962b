import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { epochSeconds, type Instant } from '../../core/time.js';

/** Signs a body as Standard Webhooks has it, with each secret. @returns the headers that go with it. */
export function signer(
  secrets: readonly string[],
): (message: {
  readonly key: string;
  readonly at: Instant;
  readonly body: string;
}) => Record<string, string> {
  const signers = secrets.map((secret) => new Webhook(secret));
  return ({ key, at, body }) => {
    const id = messageId(key);
    const seconds = epochSeconds(at);
    const sign = (one: Webhook): string => one.sign(id, new Date(seconds * 1_000), body);
    return {
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signers.map(sign).join(' '),
    };
  };
}

/** The same for every try at the same message, also after a restart: the receiver's idempotency key. */
function messageId(key: string): string {
  return `msg_${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}
