import { Unable } from './exit.js';

const WEB = /^https:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?\/[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+$/;

export const REPOSITORY_URL = [
  '--url <url>',
  'the repository on the web, such as https://github.com/acme/access, for links',
] as const;

/** It stands in links, so it may be nothing but an address of a repository. */
export function repositoryUrl(text: string | undefined): string | undefined {
  if (text === undefined || WEB.test(text)) return text;
  throw new Unable(`--url ${text} is no repository`, 'Write it as https://github.com/acme/access.');
}
