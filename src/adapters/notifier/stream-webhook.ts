import type { Clock } from '../../ports/clock.js';
import type { Sink } from '../../ports/sink.js';
import { post } from './post.js';
import { signer } from './signed.js';

export interface StreamWebhookOptions {
  readonly url: string;
  /** `whsec_` and base64, at least one; each signs. */
  readonly secrets: readonly string[];
  readonly clock: Clock;
  readonly timeoutMilliseconds?: number;
}

/** Events of a stream as one signed message each delivery (standardwebhooks.com, specification 1.0). */
export function streamWebhook({ url, secrets, clock, ...options }: StreamWebhookOptions): Sink {
  const sign = signer(secrets);
  return {
    deliver({ ids, records }) {
      const at = clock.now();
      const body = JSON.stringify({
        type: 'hallpass.audit',
        timestamp: at,
        data: { version: 1, events: records },
      });
      return post({ ...options, url, headers: sign({ key: ids.join(' '), at, body }), body });
    },
  };
}
