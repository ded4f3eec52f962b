import { type Check, failing, ifSeen } from '../check.js';

/** A random hexadecimal secret of 64 digits has all sixteen of them but once in millions of times. */
const LEAST_DISTINCT = 10;
const LEAST_BYTES = 32;

export const secret: Check = ({ setup: { webhookSecret: made } }) =>
  failing([
    made.bytes >= LEAST_BYTES && made.distinct >= LEAST_DISTINCT,
    {
      code: 'webhook_secret_weak',
      message: `the webhook secret has ${made.bytes} bytes, ${made.distinct} of them different`,
    },
  ]);

export const webhook: Check = ({ setup, webhook: look }) =>
  ifSeen(look, (facts) => {
    if (facts.url === null) return [{ code: 'webhook_url_missing', message: 'GitHub sends no webhooks' }];
    const isHere = setup.webhookUrl === null || setup.webhookUrl === facts.url;
    const isPrivate = facts.url.startsWith('https://') && facts.verifiesCertificate;
    return failing(
      [isHere, { code: 'webhook_url_differs', message: `webhooks go to ${facts.url}` }],
      [isPrivate, { code: 'webhook_insecure', message: `webhooks to ${facts.url} can be read on the way` }],
      [facts.hasSecret, { code: 'webhook_unsigned', message: 'GitHub has no webhook secret' }],
      [facts.json, { code: 'webhook_form', message: 'webhooks are sent as form data' }],
    );
  });

/** One failure is a restart. */
const FEW_FAILURES = 2;

export const deliveries: Check = ({ deliveries: look }) =>
  ifSeen(look, ({ total, failed, last }) =>
    failing([
      failed <= FEW_FAILURES,
      {
        code: 'deliveries_failing',
        message: `${failed} of the last ${total} webhooks failed; the last was answered ${last ?? 'by nobody'}`,
      },
    ]),
  );
