import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { signatureOf } from './accounts/signature.js';
import { type Actor, actorNamed } from './actor.js';
import { userToken } from './auth/tokens.js';
import { createState } from './first-state.js';
import { createRepository } from './git/repository.js';
import { commitFiles } from './git/write.js';
import { answerGit, isGitPath } from './git-http/serve.js';
import { type ApiFaults, apiFaults } from './http/faults.js';
import { router } from './http/router.js';
import { answerRest, type RecordedCall, type RestServer } from './http/server.js';
import { DEFAULT_BRANCH, type Hub, oneAtATime } from './hub.js';
import { type Knobs, knobsOf } from './knobs/knobs.js';
import { answerOAuth, isOAuthPath } from './oauth/serve.js';
import { newOAuth } from './oauth/state.js';
import type { GitHubOptions } from './options.js';
import { routes } from './routes.js';
import { firstSetup } from './setup/setup.js';
import { type Account, WEB_FLOW } from './state.js';
import { createOutbox, type Outbox } from './webhooks/outbox.js';

export type { Actor } from './actor.js';
export type { RecordedCall } from './http/server.js';
export type { GitHubOptions } from './options.js';

export interface SandboxGitHub extends Knobs {
  /** Base of the API, without a slash at the end. */
  readonly url: string;
  readonly cloneUrl: string;
  readonly gitDir: string;
  readonly repositoryId: number;
  readonly organizationId: number;
  /** A person's token, for the API and as password for git. */
  token(login: string): string;
  setWebhookUrl(url: string | undefined): void;
  /** Addresses the App may send people back to who sign in. */
  setCallbackUrls(urls: readonly string[]): void;
  as(login: string): Actor;
  /** Pages for browsers, asked before the API is; `false`: not one of theirs. */
  setPages(pages: Pages): void;
  /** Every call answered so far, git's included. */
  readonly calls: readonly RecordedCall[];
  readonly hooks: Omit<Outbox, 'put' | 'flush' | 'close' | 'url' | 'settled'>;
  readonly api: Omit<ApiFaults, 'next'>;
  /** Resolves when every webhook sent so far, and what it caused, has been answered. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

type Pages = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** Starts a GitHub of one organization with one repository on 127.0.0.1. */
export async function startGitHub(options: GitHubOptions): Promise<SandboxGitHub> {
  const gitDir = `${options.dir}/${options.owner}/${options.repo}.git`;
  const hub: Hub = {
    options,
    state: createState(options),
    git: await createRepository(gitDir),
    outbox: createOutbox({ secret: options.app.webhookSecret, id: options.app.id }),
    faults: apiFaults(),
    rules: {
      appOnlyBranches: options.appOnlyBranches ?? ['access-ledger*'],
      forcePushToMain: false,
      forcePushToLedger: false,
      bypass: new Set((options.bypass ?? []).map((login) => login.toLowerCase())),
    },
    setup: firstSetup(),
    oauth: newOAuth(),
    url: '',
    exclusively: oneAtATime(),
  };
  await firstCommit(hub);
  const rest: RestServer = { hub, find: () => undefined, calls: [], budget: new Map() };
  let pages: Pages = async () => false;
  const server: RestServer = { ...rest, find: router(routes(rest.budget)) };
  const answer: Answering = async (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (isGitPath(path)) return answerGit(hub, rest.calls, request, response);
    if (isOAuthPath(path)) return answerOAuth(hub, rest.calls, request, response);
    if (!(await pages(request, response))) await answerRest(server, request, response);
  };
  const stop = await listen(hub, answer, options.port ?? 0);
  hub.outbox.url = options.app.webhookUrl;
  return {
    ...knobsOf(hub),
    url: hub.url,
    cloneUrl: `${hub.url}/${options.owner}/${options.repo}.git`,
    gitDir,
    repositoryId: hub.state.repositoryId,
    organizationId: hub.state.organizationId,
    token: (login) => userToken(hub, login),
    setWebhookUrl(url) {
      hub.outbox.url = url;
    },
    setPages(given) {
      pages = given;
    },
    setCallbackUrls(urls) {
      hub.oauth.callbacks = urls;
    },
    as: (login) => actorNamed(hub, login),
    calls: rest.calls,
    hooks: hub.outbox,
    api: hub.faults,
    settled: () => hub.outbox.settled(),
    async close() {
      hub.outbox.close();
      await stop();
      await hub.git.objects.close();
    },
  };
}

type Answering = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

async function firstCommit(hub: Hub): Promise<void> {
  const { accounts, webFlowId } = hub.state;
  const webFlow = accounts.get(webFlowId) as Account;
  const author = { ...signatureOf(hub, webFlow), name: 'GitHub', email: WEB_FLOW.email };
  const ref = `refs/heads/${DEFAULT_BRANCH}`;
  const commit = { parents: [], author, committer: author, message: 'Initial commit' };
  hub.git.refs.set(ref, await commitFiles(hub.git.run, ref, commit, hub.options.files));
}

/** @returns what stops it: open connections are cut, so that it ends at once. */
async function listen(hub: Hub, answer: Answering, port: number): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  hub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
}
