import type { Webhook } from 'standardwebhooks';
import type { Instant } from '../../../core/time.js';
import { Blocked } from '../../../ports/fault.js';

/** The headers of Standard Webhooks (specification 1.0, "Webhook metadata") for one message. */
export type Sign = (message: {
  readonly id: string;
  readonly at: Instant;
  readonly body: string;
}) => Readonly<Record<string, string>>;

/** The specification wants 24 to 64 bytes of secret. */
const SECRET =
  /^whsec_(?=[A-Za-z0-9+/]{32,86}={0,2}$)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Signs with every secret, so that a receiver that knows the old or the new one takes the call. */
export async function signerOf(secrets: string, target: string): Promise<Sign> {
  const lines = secrets.split(/\r?\n/).filter((line) => line !== '');
  if (lines.length === 0 || !lines.every((line) => SECRET.test(line))) {
    throw new Blocked(
      'settings',
      `a signing secret of ${target} is not "whsec_" and the base64 of 24 to 64 bytes`,
      'Make one with: echo "whsec_$(openssl rand -base64 32)"',
    );
  }
  const { Webhook } = await import('standardwebhooks');
  const keys: readonly Webhook[] = lines.map((line) => new Webhook(line));
  return ({ id, at, body }) => {
    const date = new Date(at);
    return {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(date.getTime() / 1_000)),
      'webhook-signature': keys.map((key) => key.sign(id, date, body)).join(' '),
    };
  };
}
