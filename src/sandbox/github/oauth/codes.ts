import { createHash, randomBytes } from 'node:crypto';
import type { Hub } from '../hub.js';
import type { Code } from './state.js';

/** GitHub's: ten minutes for a code, eight hours for a token. */
const CODE_SECONDS = 600;
const TOKEN_SECONDS = 8 * 3_600;
const REFRESH_SECONDS = 15_897_600;

const secondsNow = (hub: Hub): number => Math.floor(hub.options.now().getTime() / 1000);

export function newCode(hub: Hub, agreed: Omit<Code, 'endsAt'>): string {
  const code = randomBytes(10).toString('hex');
  hub.oauth.codes.set(code, { ...agreed, endsAt: secondsNow(hub) + CODE_SECONDS });
  return code;
}

export type Exchange =
  | { readonly token: Readonly<Record<string, string | number>> }
  | { readonly error: 'incorrect_client_credentials' | 'redirect_uri_mismatch' | 'bad_verification_code' };

/** A code counts once, whatever comes of it. */
export function exchange(hub: Hub, sent: URLSearchParams): Exchange {
  const { clientId, clientSecret } = hub.options.app.oauth ?? {};
  const isApp = clientId !== undefined && sent.get('client_id') === clientId;
  if (!isApp || sent.get('client_secret') !== clientSecret) return { error: 'incorrect_client_credentials' };
  const code = hub.oauth.codes.get(sent.get('code') ?? '');
  hub.oauth.codes.delete(sent.get('code') ?? '');
  if (code === undefined || code.endsAt <= secondsNow(hub)) return { error: 'bad_verification_code' };
  if ((sent.get('redirect_uri') ?? code.redirectUri) !== code.redirectUri)
    return { error: 'redirect_uri_mismatch' };
  if (!proves(sent.get('code_verifier'), code.challenge)) return { error: 'bad_verification_code' };
  const token = `ghu_${randomBytes(18).toString('hex')}`;
  hub.oauth.tokens.set(token, { accountId: code.accountId, endsAt: secondsNow(hub) + TOKEN_SECONDS });
  return {
    token: {
      access_token: token,
      expires_in: TOKEN_SECONDS,
      refresh_token: `ghr_${randomBytes(36).toString('hex')}`,
      refresh_token_expires_in: REFRESH_SECONDS,
      token_type: 'bearer',
      scope: '',
    },
  };
}

function proves(verifier: string | null, challenge: string | undefined): boolean {
  if (challenge === undefined) return true;
  return verifier !== null && createHash('sha256').update(verifier).digest('base64url') === challenge;
}

/** Whom a token acts for now. */
export function holderOf(hub: Hub, token: string): number | undefined {
  const found = hub.oauth.tokens.get(token);
  return found !== undefined && found.endsAt > secondsNow(hub) ? found.accountId : undefined;
}
