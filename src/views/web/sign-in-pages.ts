import { html, type Markup } from '../report/markup.js';
import type { Page } from './page.js';
import type { Site } from './site.js';

/** @param start where signing in begins, the way back included. */
export function signInPage({ repository }: Site, start: string): Page {
  return narrow(
    'Sign in',
    html`<p>Who holds what, what waits for approval and what went wrong is shown to whoever may read <strong>${repository}</strong> on GitHub.</p>
<p><a class="button first" href="${start}">Sign in with GitHub</a></p>
<p class="dim">Hallpass learns who you are and whether you may read that repository, and asks for nothing else.</p>`,
  );
}

export function signedOutPage({ base }: Site): Page {
  return narrow(
    'Signed out',
    html`<p>You are signed out here. GitHub still knows you.</p><p><a class="button" href="${base}/sign-in">Sign in again</a></p>`,
  );
}

/** Why signing in failed, in words that help whoever began it and nobody else. */
export const SIGN_IN_PROBLEMS = {
  not_begun:
    'This browser did not begin to sign in here, began longer than ten minutes ago, or began at another address of this server.',
  refused: 'GitHub says that signing in was refused, or its answer was not meant for this attempt.',
  silent: 'GitHub did not answer. Nobody can sign in before it does.',
} as const;

export type SignInProblem = keyof typeof SIGN_IN_PROBLEMS;

export function signInFailedPage({ base }: Site, problem: SignInProblem): Page {
  return narrow(
    'Not signed in',
    html`<p>${SIGN_IN_PROBLEMS[problem]}</p><p><a class="button first" href="${base}/sign-in">Try again</a></p>`,
  );
}

/** The same for what is not there and for what one may not see: which of the two it is, is nobody's business (T143). */
export function notFoundPage({ repository, repositoryUrl }: Site, login: string): Page {
  return narrow(
    'Not found',
    html`<p>There is no such page, or <strong>${login}</strong> may not read <a href="${repositoryUrl}">${repository}</a> on GitHub. Hallpass shows nothing to whoever may not.</p>
<p class="dim">Where an organization asks for single sign-on, GitHub lets in only who has signed in there as well.</p>`,
  );
}

/** What there is to read when the review host is away. Without its word nobody is shown anything. */
export function hostSilentPage({ repository }: Site): Page {
  return narrow(
    'GitHub does not answer',
    html`<p>Hallpass shows nothing before GitHub says that you may read <strong>${repository}</strong>, and GitHub does not answer. Access still ends in time.</p>
<p>From a clone, <code class="mono">hallpass list</code> says who holds what without GitHub.</p>
<p><a class="button" href="">Look again</a></p>`,
  );
}

/** Looking back is done for one after the other. */
export function busyPage(): Page {
  return narrow(
    'Busy',
    html`<p>Many people look back at once. Wait a little.</p><p><a class="button" href="">Look again</a></p>`,
  );
}

export function formRefusedPage({ base }: Site): Page {
  return narrow(
    'Not done',
    html`<p>This was not sent by a page of this session, so nothing was done. Open the page again and repeat it.</p><p><a class="button" href="${base}/">To the first page</a></p>`,
  );
}

function narrow(title: string, main: Markup): Page {
  return { title, main: html`<div class="card narrow"><h1>${title}</h1>${main}</div>` };
}
