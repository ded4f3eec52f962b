import { isFault, Retry } from '../../ports/fault.js';
import type { Log } from '../../ports/log.js';
import type { SignIn } from '../../ports/sign-in.js';
import {
  type SignInProblem,
  signedOutPage,
  signInFailedPage,
  signInPage,
} from '../../views/web/sign-in-pages.js';
import { CALLBACK_PATH, withQuery } from '../../views/web/site.js';
import type { Answer } from './answer.js';
import type { Live } from './live.js';
import { type Place, safeReturn } from './place.js';
import type { Readers } from './readers.js';
import type { Rendering } from './rendering.js';
import type { Asked, Route, SessionVisit } from './routes.js';
import { sealedCookie } from './sealed-cookie.js';
import type { Sessions } from './sessions.js';

export interface SignInDeps {
  readonly signIn: SignIn;
  readonly place: Place;
  readonly secret: string;
  readonly sessions: Sessions;
  readonly readers: Readers;
  readonly live: Live;
  readonly rendering: Rendering;
  readonly log: Log;
}

/** Seconds between leaving for the review host and coming back. */
const ATTEMPT_SECONDS = 600;
/** Answers of browsers that are taken to the review host at once; more are asked to try again. */
const MOST_AT_ONCE = 8;

/** Signing in and out. */
export function signInRoutes(deps: SignInDeps): readonly Route[] {
  const attempts = sealedCookie({ name: 'sign-in', place: deps.place, secret: deps.secret });
  const { place, rendering, sessions } = deps;
  const callback = `${place.origin}${place.base}${CALLBACK_PATH}`;
  let running = 0;

  const failed = (asked: Asked, problem: SignInProblem, status: number): Answer => ({
    ...rendering.open(signInFailedPage(rendering.site, problem), asked.now, status),
    cookies: [attempts.drop()],
  });

  const begin = async ({ query, now }: Asked): Promise<Answer> => {
    const { url, attempt } = await deps.signIn.begin(callback);
    const back = safeReturn(query.get('return'), place);
    const cookie = await attempts.set({ ...attempt, back }, { now, seconds: ATTEMPT_SECONDS });
    return { kind: 'redirect', to: url, cookies: [cookie] };
  };

  const finish = async (asked: Asked): Promise<Answer> => {
    const { state, verifier, back } = (await attempts.read(asked.request.headers.cookie, asked.now)) ?? {};
    if (!(state && verifier && back)) return failed(asked, 'not_begun', 400);
    if (running >= MOST_AT_ONCE) return failed(asked, 'silent', 503);
    running += 1;
    try {
      const who = await deps.signIn.finish(asked.query, { state, verifier, callback });
      const cookie = await sessions.begin(who, asked.now);
      return { kind: 'redirect', to: safeReturn(back, place), cookies: [attempts.drop(), cookie] };
    } catch (error) {
      if (!isFault(error)) throw error;
      deps.log.warn('sign-in failed', { code: error.code });
      return error instanceof Retry ? failed(asked, 'silent', 503) : failed(asked, 'refused', 403);
    } finally {
      running -= 1;
    }
  };

  return [
    { method: 'GET', path: '/sign-in', access: 'anybody', handle: (asked) => signInAnswer(deps, asked) },
    { method: 'GET', path: '/sign-in/start', access: 'anybody', handle: begin },
    { method: 'GET', path: CALLBACK_PATH, access: 'anybody', handle: finish },
    // Whoever may read no more may still sign out.
    { method: 'POST', path: '/sign-out', access: 'session', handle: (visit) => signOut(deps, visit) },
    {
      method: 'GET',
      path: '/signed-out',
      access: 'anybody',
      handle: ({ now }) => rendering.open(signedOutPage(rendering.site), now),
    },
  ];
}

function signInAnswer({ rendering, place }: SignInDeps, { query, now }: Asked): Answer {
  const back = safeReturn(query.get('return'), place);
  const start = withQuery(`${place.base}/sign-in/start`, { return: back });
  return rendering.open(signInPage(rendering.site, start), now);
}

/** Ends a session here and its token at the review host. That may fail; here it has ended all the same. */
async function signOut(deps: SignInDeps, { session, now }: SessionVisit): Promise<Answer> {
  const cookie = deps.sessions.end(session, now);
  deps.readers.forget(session.token);
  deps.live.endOf(session);
  try {
    await deps.signIn.signOut(session.token);
  } catch (error) {
    if (!isFault(error)) throw error;
    deps.log.warn('a token was not taken back', { code: error.code });
  }
  return { kind: 'redirect', to: `${deps.place.base}/signed-out`, cookies: [cookie] };
}
