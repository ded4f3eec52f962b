import { Blocked, isFault, Retry } from '../../ports/fault.js';

/** Node's error codes of a certificate that is not trusted, expired, or another server's. */
const TLS = /^(?:ERR_TLS|ERR_SSL|EPROTO|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|HOSTNAME_MISMATCH)/;
/** What we handed to Node cannot be sent: a line break in a token, say. */
const UNSENDABLE = /^ERR_(?:INVALID|UNESCAPED)/;

/** @returns what a failed call is: nobody knows whether the target carried it out, unless it was never sent. */
export function networkFault(error: unknown, target: string): unknown {
  if (isFault(error) || !(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  const message = `${target}: ${error.message}`;
  if (TLS.test(code)) {
    return new Blocked(
      'tls',
      message,
      'Give the target a certificate that is trusted, or its authority as "ca" in the settings where its kind takes one.',
      error,
    );
  }
  if (UNSENDABLE.test(code)) {
    return new Blocked(
      'settings',
      message,
      `Look for line breaks and odd characters in the settings of ${target}.`,
      error,
    );
  }
  return code === '' ? error : new Retry('unreachable', message, 0, error);
}
