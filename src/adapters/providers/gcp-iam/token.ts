import { sign } from 'node:crypto';
import { addSeconds, epochSeconds, type Instant } from '../../../core/time.js';
import { Blocked, isFault, Retry } from '../../../ports/fault.js';
import { jsonOf, retryOf } from '../../http/answer.js';
import { callHttp } from '../../http/call.js';
import type { Connection, ProviderDeps } from '../deps.js';

export interface Tokens {
  /** A token that is good for a while yet. */
  get(signal: AbortSignal): Promise<string>;
  /** The one we have was refused. */
  forget(): void;
}

/** Where tokens come from; tests put something else in their place. */
export interface TokenPlaces {
  readonly tokens: string;
  readonly metadata: string;
}

export const TOKEN_PLACES: TokenPlaces = {
  tokens: 'https://oauth2.googleapis.com/token',
  metadata: 'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token',
};

/** Policies can be changed with no narrower one; what bounds us is the role (docs/providers/gcp-iam.md). */
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const LIFETIME_SECONDS = 3_600;
const SPARE_SECONDS = 120;

interface Token {
  readonly text: string;
  readonly until: Instant;
}

export function createTokens(
  { key }: Connection,
  { target, clock }: Pick<ProviderDeps, 'target' | 'clock'>,
  places: TokenPlaces,
): Tokens {
  const account = typeof key === 'string' ? parseKey(key, target) : undefined;
  let token: Token | undefined;
  return {
    async get(signal) {
      const now = clock.now();
      if (token !== undefined && token.until > now) return token.text;
      const answer =
        account === undefined
          ? await askMachine(target, places.metadata, signal)
          : await askGoogle(account, { target, now, signal, url: places.tokens });
      token = tokenOf(answer, target, now);
      return token.text;
    },
    forget() {
      token = undefined;
    },
  };
}

interface Account {
  readonly email: string;
  readonly keyId: string;
  readonly privateKey: string;
}

function parseKey(text: string, target: string): Account {
  const { client_email: email, private_key_id: keyId, private_key: privateKey } = jsonObject(text);
  if (typeof email === 'string' && typeof keyId === 'string' && typeof privateKey === 'string')
    return { email, keyId, privateKey };
  throw new Blocked(
    'settings',
    `the key of ${target} is not the JSON of a service account's key`,
    `Correct the key of ${target} in the settings.`,
  );
}

function jsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** https://developers.google.com/identity/protocols/oauth2/service-account, "HTTP/REST"; RFC 7523. */
async function askGoogle(
  account: Account,
  { target, now, signal, url }: { target: string; now: Instant; signal: AbortSignal; url: string },
): Promise<unknown> {
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: signAssertion(account, { target, now }),
  });
  const answer = await callHttp(target, {
    method: 'POST',
    url: new URL(url),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: body.toString(),
    signal,
  });
  const later = retryOf(target, answer);
  if (later !== undefined) throw later;
  if (answer.status === 200) return jsonOf(target, answer);
  throw refused(target, `Google gave no token to ${account.email}: ${answer.status}`);
}

function signAssertion(
  { email, keyId, privateKey }: Account,
  { target, now }: { target: string; now: Instant },
): string {
  const iat = epochSeconds(now);
  const header = { alg: 'RS256', typ: 'JWT', kid: keyId };
  const claims = { iss: email, scope: SCOPE, aud: TOKEN_PLACES.tokens, iat, exp: iat + LIFETIME_SECONDS };
  const text = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  try {
    return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
  } catch (error) {
    throw refused(target, `the private key of ${email} cannot sign`, error);
  }
}

/**
 * The service account of the machine, also a workload's on GKE (https://cloud.google.com/compute/docs/access/authenticate-workloads). By
 * plain HTTP: the server is part of the machine, has no certificate, and says who it is by a header.
 */
async function askMachine(target: string, url: string, signal: AbortSignal): Promise<unknown> {
  try {
    const answer = await fetch(url, {
      headers: { 'metadata-flavor': 'Google' },
      redirect: 'error',
      signal,
    });
    if (answer.status === 200 && answer.headers.get('metadata-flavor') === 'Google')
      return await answer.json();
    if (answer.status >= 500 || answer.status === 429)
      throw new Retry('unavailable', `${target}: the metadata server answered ${answer.status}`);
    throw refused(target, `the metadata server answered ${answer.status}`);
  } catch (error) {
    if (isFault(error)) throw error;
    if (signal.aborted) throw new Retry('timeout', `${target} did not answer in time`, 0, error);
    throw refused(target, 'there is no metadata server here', error);
  }
}

function tokenOf(answer: unknown, target: string, now: Instant): Token {
  const { access_token: text, expires_in: seconds } = (answer ?? {}) as Record<string, unknown>;
  if (typeof text === 'string' && text !== '' && typeof seconds === 'number' && seconds > 0)
    return { text, until: addSeconds(now, Math.max(0, seconds - SPARE_SECONDS)) };
  throw new Retry('no_token', `${target}: Google answered with something else than a token`);
}

function refused(target: string, message: string, cause?: unknown): Blocked {
  return new Blocked(
    'credentials',
    `${target}: ${message}`,
    'Correct the key in the settings, or give the machine a service account.',
    cause,
  );
}
