import { resolve } from 'node:path';
import { isGitHubCom, isHere, parseRemote, type RemoteAddress } from '../core/remote-address.js';
import { Blocked } from '../ports/fault.js';
import { type Asking, remoteUrlOf, runProgram, wireAsking } from '../wire-asking.js';
import { Unable } from './exit.js';
import type { Io } from './io.js';

/** Which repository, as the command line names it. */
export interface OwnRepository {
  /** The folder of a clone. */
  readonly repo: string;
  /** The name of a remote there, or an address. */
  readonly remote: string;
  /** Of the ledger. */
  readonly branch: string;
}

/** The access repository, reached as the person at the command line. Nothing is asked of it yet. */
export async function ownRepository(named: OwnRepository, io: Io): Promise<Asking> {
  const environment = given(io.env);
  const address = await addressOf(named, io, environment);
  const token = await tokenFor(address, io);
  return wireAsking({ address, token, ledgerBranch: named.branch, environment });
}

async function addressOf(
  { repo, remote }: OwnRepository,
  { cwd }: Io,
  environment: Readonly<Record<string, string>>,
): Promise<RemoteAddress> {
  const directory = resolve(cwd, repo);
  const text = /[:/]/.test(remote) ? remote : await remoteUrlOf(directory, remote, environment);
  if (text === undefined) {
    throw new Unable(
      `${directory} is no clone with a remote ${remote}`,
      'Go to a clone of the access repository, name one with --repo, or give its address with --remote.',
    );
  }
  const address = parseRemote(text);
  if (address !== undefined) return address;
  // What was given may hold a token, so it is not repeated.
  throw new Unable(
    'the remote is no repository on a GitHub',
    'Give an address such as https://github.com/acme/access with --remote.',
  );
}

/** Variables by the kind of host, as GitHub's own command line reads them: a token goes to the host it was made for. */
const VARIABLES = {
  own: ['GH_TOKEN', 'GITHUB_TOKEN'],
  enterprise: ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'],
} as const;
/** What `gh` needs to find what it has stored. */
const GH_ENVIRONMENT =
  /^(?:PATH|HOME|USER|XDG_(?:CONFIG|DATA|STATE)_HOME|XDG_RUNTIME_DIR|GH_CONFIG_DIR|DBUS_SESSION_BUS_ADDRESS)$/;
const GH_MILLISECONDS = 10_000;
const MOST_BYTES = 4_096;

async function tokenFor(address: RemoteAddress, io: Io): Promise<string> {
  const isOwn = isGitHubCom(address) || isHere(address);
  const variables = VARIABLES[isOwn ? 'own' : 'enterprise'];
  const token =
    address.password ??
    variables.map((name) => io.env[name]?.trim()).find((value) => value) ??
    (await storedToken(address, io));
  if (token !== undefined) return token;
  throw new Unable(
    `there is no token for ${address.host}`,
    `Set ${variables[0]}, or sign in with \`gh auth login --hostname ${address.host}\`. It takes contents and pull requests to write.`,
  );
}

/** Asked in the root folder, so that nothing of the repository has a say. */
async function storedToken({ host }: RemoteAddress, { env }: Io): Promise<string | undefined> {
  const known = Object.entries(given(env)).filter(([name]) => GH_ENVIRONMENT.test(name));
  const ended = await runProgram({
    argv: ['gh', 'auth', 'token', '--hostname', host],
    env: Object.fromEntries(known),
    milliseconds: GH_MILLISECONDS,
    mostBytes: MOST_BYTES,
  });
  if (ended.end !== 'exit' || ended.code !== 0) return undefined;
  const token = ended.output.toString('utf8').trim();
  return /^[\x21-\x7e]+$/.test(token) ? token : undefined;
}

function given(env: Io['env']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Faults speak to who runs the server; this is what they mean for somebody with a token of their own. */
const ADVICE: Readonly<Record<string, string>> = {
  github_unauthorized: 'The token is not good (any more). Make another one, or run `gh auth login`.',
  github_forbidden: 'The token may not do this. It takes contents and pull requests to write.',
  github_not_found: 'Check the address of the repository, and that your token may see it.',
  remote_auth: 'The token may not do this. It takes contents and pull requests to write.',
  remote_missing: 'Check the address of the repository, and that your token may see it.',
  remote_refused: 'Ask who keeps the repository whether its rules let you push branches.',
};

export async function advised<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const advice = error instanceof Blocked ? ADVICE[error.code] : undefined;
    if (error instanceof Blocked && advice !== undefined) throw new Unable(error.message, advice);
    throw error;
  }
}
