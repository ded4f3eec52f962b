import { constants, createPrivateKey, type KeyObject, randomUUID, sign, X509Certificate } from 'node:crypto';
import { addSeconds, epochSeconds, type Instant } from '../../../core/time.js';
import { Blocked, Retry } from '../../../ports/fault.js';
import { jsonOf, retryOf } from '../../http/answer.js';
import { callHttp } from '../../http/call.js';
import type { Connection, ProviderDeps } from '../deps.js';

export interface Tokens {
  /** A token that is good for a while yet. */
  get(signal: AbortSignal): Promise<string>;
  /** The one we have was refused. */
  forget(): void;
}

const SCOPE = 'https://graph.microsoft.com/.default';
const LIFETIME_SECONDS = 300;
const SPARE_SECONDS = 120;

interface Token {
  readonly text: string;
  readonly until: Instant;
}

/**
 * Client credentials flow (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow).
 * @param login `https://login.microsoftonline.com`, or what tests put in its place.
 */
export function createTokens(
  connection: Connection,
  { target, clock }: Pick<ProviderDeps, 'target' | 'clock'>,
  login: string,
): Tokens {
  const { tenant, client_id } = connection;
  const client = String(client_id);
  const path = `${String(tenant)}/oauth2/v2.0/token`;
  const prove = proofOf(connection, target);
  let token: Token | undefined;
  return {
    async get(signal) {
      const now = clock.now();
      if (token !== undefined && token.until > now) return token.text;
      const proof = prove({ client, audience: `https://login.microsoftonline.com/${path}`, now });
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: client,
        scope: SCOPE,
        ...proof,
      });
      const answer = await callHttp(target, {
        method: 'POST',
        url: new URL(`${login}/${path}`),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: body.toString(),
        signal,
      });
      const later = retryOf(target, answer);
      if (later !== undefined) throw later;
      if (answer.status !== 200) throw refused(target, `Microsoft Entra gave no token: ${answer.status}`);
      token = tokenOf(jsonOf(target, answer), target, now);
      return token.text;
    },
    forget() {
      token = undefined;
    },
  };
}

type Prove = (who: {
  readonly client: string;
  readonly audience: string;
  readonly now: Instant;
}) => Readonly<Record<string, string>>;

function proofOf({ client_secret, certificate }: Connection, target: string): Prove {
  if (typeof certificate === 'string') {
    const identity = parseCertificate(certificate, target);
    return (who) => ({
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: signAssertion(identity, who),
    });
  }
  if (typeof client_secret === 'string') return () => ({ client_secret });
  throw new Blocked(
    'settings',
    `the connection of ${target} has neither a certificate nor a client_secret`,
    `Add one of them to the connection of ${target} in the settings.`,
  );
}

interface Identity {
  readonly key: KeyObject;
  readonly thumbprint: string;
}

function parseCertificate(pem: string, target: string): Identity {
  try {
    const certificate = new X509Certificate(pem);
    const thumbprint = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex');
    const key = createPrivateKey(pem);
    if (certificate.checkPrivateKey(key)) return { key, thumbprint: thumbprint.toString('base64url') };
  } catch {
    // Said below, without the text that could not be read.
  }
  throw new Blocked(
    'settings',
    `the certificate of ${target} is not the PEM of a private key and its certificate`,
    `Correct the certificate of ${target} in the settings.`,
  );
}

/** https://learn.microsoft.com/entra/identity-platform/certificate-credentials */
function signAssertion(
  { key, thumbprint }: Identity,
  { client, audience, now }: Parameters<Prove>[0],
): string {
  const iat = epochSeconds(now);
  const header = { alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint };
  const claims = {
    aud: audience,
    iss: client,
    sub: client,
    jti: randomUUID(),
    iat,
    nbf: iat,
    exp: iat + LIFETIME_SECONDS,
  };
  const text = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const options = {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  };
  return `${text}.${sign('sha256', Buffer.from(text), options).toString('base64url')}`;
}

function tokenOf(answer: unknown, target: string, now: Instant): Token {
  const { access_token: text, expires_in: seconds } = (answer ?? {}) as Record<string, unknown>;
  if (typeof text === 'string' && text !== '' && typeof seconds === 'number' && seconds > 0)
    return { text, until: addSeconds(now, Math.max(0, seconds - SPARE_SECONDS)) };
  throw new Retry('no_token', `${target}: Microsoft Entra answered with something else than a token`);
}

function refused(target: string, message: string): Blocked {
  return new Blocked(
    'credentials',
    `${target}: ${message}`,
    'Correct tenant, client_id and the secret or certificate in the settings.',
  );
}
