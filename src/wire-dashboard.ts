import { createGitHubSignIn } from './adapters/github/sign-in.js';
import type { Clock } from './ports/clock.js';
import type { SignIn } from './ports/sign-in.js';

/** The GitHub App as what people sign in with. */
export interface DashboardClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

interface Parts {
  readonly github: { readonly apiUrl?: string; readonly cloneUrl: string };
  readonly repository: { readonly id: number };
  readonly clock: Clock;
}

/** Lets people sign in at the GitHub that has the access repository. */
export function wireSignIn({ github, repository, clock }: Parts, client: DashboardClient): SignIn {
  return createGitHubSignIn({
    ...client,
    ...(github.apiUrl === undefined ? {} : { apiUrl: github.apiUrl }),
    webUrl: new URL(github.cloneUrl).origin,
    repositoryId: repository.id,
    clock,
  });
}
