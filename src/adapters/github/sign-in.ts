import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  ClientSecretPost,
  calculatePKCECodeChallenge,
  generateRandomCodeVerifier,
  generateRandomState,
  OperationProcessingError,
  processAuthorizationCodeResponse,
  validateAuthResponse,
} from 'oauth4webapi';
import { addSeconds } from '../../core/time.js';
import type { Clock } from '../../ports/clock.js';
import { Blocked, isFault, Retry } from '../../ports/fault.js';
import type { SignedIn, SignIn } from '../../ports/sign-in.js';
import type { GitHubClient } from './client.js';
import { createTokenClient } from './clients.js';
import { faultOf, statusOf, withFaults } from './faults.js';
import { personOf } from './values.js';

export interface GitHubSignInOptions {
  /** Of the API, without a slash at the end; absent for github.com's. */
  readonly apiUrl?: string;
  /** Of GitHub's pages, without a slash at the end. */
  readonly webUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The access repository; a number, so that a renamed one is the same and another one of its name is not (T062). */
  readonly repositoryId: number;
  readonly clock: Clock;
}

const TIMEOUT_SECONDS = 10;

/**
 * Signing in with the user access token of a GitHub App, after GitHub's web application flow: `state` and PKCE with S256
 * (docs.github.com, "Generating a user access token for a GitHub App"). Since April 2026 GitHub names itself in its answer (RFC 9207),
 * which is checked where it does; older servers of one's own do not.
 */
export function createGitHubSignIn(options: GitHubSignInOptions): SignIn {
  const { clientId, clientSecret, repositoryId, webUrl } = options;
  const server: AuthorizationServer = {
    issuer: `${webUrl}/login/oauth`,
    authorization_endpoint: `${webUrl}/login/oauth/authorize`,
    token_endpoint: `${webUrl}/login/oauth/access_token`,
  };
  const asUser = (token: string): GitHubClient => clientFor(options, token);
  const calls: SignIn = {
    async begin(callback) {
      const attempt = { state: generateRandomState(), verifier: generateRandomCodeVerifier() };
      const url = new URL(`${webUrl}/login/oauth/authorize`);
      url.search = new URLSearchParams({
        client_id: clientId,
        redirect_uri: callback,
        state: attempt.state,
        code_challenge: await calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: 'S256',
      }).toString();
      return { url: url.href, attempt };
    },
    async finish(answer, attempt) {
      const granted = await tokenFor({ ...options, server }, answer, attempt);
      const { data } = await asUser(granted.token).request('GET /user');
      const person = personOf(data);
      if (person === null) throw refused('the token is no person’s');
      return { ...granted, id: person.id, login: person.login };
    },
    async mayRead(token) {
      try {
        const { data } = await asUser(token).request('GET /repositories/{id}', { id: repositoryId });
        return data.id === repositoryId;
      } catch (error) {
        if (isNo(error)) return false;
        throw error;
      }
    },
    async signOut(token) {
      const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
      await clientFor(options, undefined).request('DELETE /applications/{client_id}/token', {
        client_id: clientId,
        access_token: token,
        headers: { authorization: `Basic ${basic}` },
      });
    },
  };
  return withFaults(calls);
}

function clientFor({ apiUrl }: GitHubSignInOptions, token: string | undefined): GitHubClient {
  const base = apiUrl === undefined ? {} : { baseUrl: apiUrl };
  return createTokenClient(token, { ...base, readRetries: 0, timeoutSeconds: TIMEOUT_SECONDS });
}

/** Not this token, not this person, not there; a limit or a failure of GitHub is no answer. */
function isNo(error: unknown): boolean {
  const status = statusOf(error);
  if (status === 401 || status === 404 || status === 451) return true;
  return status === 403 && faultOf(error as Parameters<typeof faultOf>[0]).fault === 'blocked';
}

type Parts = GitHubSignInOptions & { readonly server: AuthorizationServer };

/** @throws Blocked when the answer is none to this attempt or GitHub refuses the code; Retry when GitHub is away. */
async function tokenFor(
  { server, clientId, clientSecret, clock }: Parts,
  answer: URLSearchParams,
  { state, verifier, callback }: Parameters<SignIn['finish']>[1],
): Promise<Pick<SignedIn, 'token' | 'expiresAt'>> {
  const client = { client_id: clientId };
  try {
    const checked = validateAuthResponse(server, client, answer, state);
    const auth = ClientSecretPost(clientSecret);
    const asked = { signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1_000), ...plainOnLoopback(server) };
    const response = await authorizationCodeGrantRequest(
      server,
      client,
      auth,
      checked,
      callback,
      verifier,
      asked,
    ).catch((error: unknown) => {
      if (error instanceof OperationProcessingError) throw error;
      throw new Retry('github_unavailable', 'GitHub could not be reached to sign somebody in', 0, error);
    });
    if (response.status >= 500 || response.status === 429)
      throw new Retry('github_unavailable', `GitHub answered ${response.status} to signing somebody in`);
    // What GitHub refuses it answers with 200 and without a token, which is no answer by RFC 6749.
    const tokens = await processAuthorizationCodeResponse(server, client, response);
    const { access_token: token, expires_in: seconds } = tokens;
    return seconds === undefined ? { token } : { token, expiresAt: addSeconds(clock.now(), seconds) };
  } catch (error) {
    if (isFault(error)) throw error;
    throw refused(error instanceof Error ? error.name : 'unknown', error);
  }
}

function plainOnLoopback({ issuer }: AuthorizationServer): { [allowInsecureRequests]?: boolean } {
  const { protocol, hostname } = new URL(issuer);
  const isLoopback = protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost');
  return isLoopback ? { [allowInsecureRequests]: true } : {};
}

function refused(why: string, cause?: unknown): Blocked {
  return new Blocked('sign_in_refused', `GitHub did not sign somebody in: ${why}`, 'Sign in again.', cause);
}
