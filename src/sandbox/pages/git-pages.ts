import { html, type Markup } from '../../views/report/markup.js';
import { GitFailure, gitIn } from '../github/git/run.js';
import { lines } from './ask-page.js';

const MOST_BYTES = 512 * 1024;

/** What plain git says of the repository; `undefined` where there is no such thing, or too much of it to show. */
export interface GitPages {
  commit(id: string): Promise<Markup | undefined>;
  file(revision: string, path: string): Promise<Markup | undefined>;
  /** @param path only what changed it; absent for everything */
  log(branch: string, path?: string): Promise<Markup | undefined>;
}

const COMMIT = /^[0-9a-f]{7,40}$/u;
const FULL_COMMIT = /^[0-9a-f]{40}$/u;
const BRANCH = /^[\w./-]{1,200}$/u;

export function gitPages(gitDir: string): GitPages {
  const run = gitIn(gitDir);
  const git = async (...args: readonly string[]): Promise<string | undefined> => {
    try {
      const { out } = await run(args);
      return out.length > MOST_BYTES ? undefined : out.toString();
    } catch (error) {
      if (error instanceof GitFailure) return undefined;
      throw error;
    }
  };
  const shown = (title: string, text: string | undefined): Markup | undefined =>
    text === undefined ? undefined : html`<h1>${title}</h1><pre class="git">${lines(text)}</pre>`;
  return {
    async commit(id) {
      if (!COMMIT.test(id)) return undefined;
      return shown(`Commit ${id.slice(0, 12)}`, await git('show', '--end-of-options', id));
    },
    async file(revision, path) {
      if (!BRANCH.test(revision)) return undefined;
      const from = FULL_COMMIT.test(revision) ? revision : `refs/heads/${revision}`;
      return shown(path, await git('cat-file', 'blob', `${from}:${path}`));
    },
    async log(branch, path) {
      if (!BRANCH.test(branch)) return undefined;
      const only = path === undefined ? [] : ['--', path];
      const told = ['log', '-100', '--format=%h%x09%s', `refs/heads/${branch}`, ...only];
      const text = await git('--literal-pathspecs', ...told);
      if (text === undefined) return undefined;
      const rows = text.split('\n').filter((line) => line !== '');
      return html`<h1>${path ?? branch}</h1>
<ul class="pulls">${rows.map((line) => commitRow(line.split('\t')))}</ul>`;
    },
  };
}

function commitRow([id = '', subject = '']: readonly string[]): Markup {
  return html`<li><a href="/acme/access/commit/${id}"><code>${id}</code></a> ${subject}</li>
`;
}
