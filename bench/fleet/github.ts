import { execFileSync } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type CgiAnswer, httpBackend } from '../../src/sandbox/github/git-http/backend.js';
import { parsePush } from '../../src/sandbox/github/git-http/commands.js';
import type { SaidByGitHub } from './messages.js';

/**
 * A stand-in for GitHub in a process of its own, that does as little as can be while the clock runs, since it works on the same two cores as what
 * is measured: it moves refs by compare-and-swap at once, and keeps what was pushed to unpack it later.
 */
const folder = process.argv[2] ?? '';
const say = (said: SaidByGitHub): void => void process.send?.(said);

interface Repository {
  readonly refs: Map<string, string>;
  /** Pushed, and not unpacked yet. */
  packs: { readonly ref: string; readonly oid: string; readonly pack: Buffer }[];
}

const repositories = new Map<string, Repository>();
function repositoryNamed(name: string): Repository {
  const known = repositories.get(name);
  if (known !== undefined) return known;
  const lines = git(name, ['for-each-ref', '--format=%(refname) %(objectname)'])
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' ') as [string, string]);
  const repository: Repository = { refs: new Map(lines), packs: [] };
  repositories.set(name, repository);
  return repository;
}

function git(name: string, argv: readonly string[], input?: Buffer): Buffer {
  return execFileSync('git', ['-C', join(folder, name), ...argv], {
    ...(input && { input }),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
}

function unpack(name: string): void {
  const repository = repositoryNamed(name);
  for (const { ref, oid, pack } of repository.packs) {
    git(name, ['index-pack', '--stdin', '--fix-thin', '--strict'], pack);
    git(name, ['update-ref', ref, oid]);
  }
  repository.packs = [];
}

const packet = (text: string): string => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`;
const answerOf = (type: string, body: string): CgiAnswer => ({
  status: 200,
  headers: { 'content-type': `application/x-git-${type}` },
  body: Buffer.from(body),
});

/** What refs there are, for whoever is about to push (gitprotocol-pack(5)). */
function advertise({ refs }: Repository): CgiAnswer {
  const lines = [...refs].map(([ref, oid], n) =>
    packet(`${oid} ${ref}${n === 0 ? '\0report-status ofs-delta object-format=sha1' : ''}\n`),
  );
  return answerOf(
    'receive-pack-advertisement',
    `${packet('# service=git-receive-pack\n')}0000${lines.join('')}0000`,
  );
}

/** `ls-refs` (gitprotocol-v2(5)). */
function listRefs({ refs }: Repository, body: string): CgiAnswer {
  const prefixes = [...body.matchAll(/ref-prefix (\S+)/g)].map(([, prefix = '']) => prefix);
  const lines = [...refs].flatMap(([ref, oid]) =>
    prefixes.some((prefix) => ref.startsWith(prefix)) ? packet(`${oid} ${ref}\n`) : [],
  );
  return answerOf('upload-pack-result', `${lines.join('')}0000`);
}

const NONE = '0'.repeat(40);

function receive(repository: Repository, body: Buffer): CgiAnswer {
  const { commands, pack } = parsePush(body);
  const lines = commands.map(({ ref, before, after }) => {
    if ((repository.refs.get(ref) ?? NONE) !== before) return packet(`ng ${ref} failed to update ref\n`);
    repository.refs.set(ref, after);
    repository.packs.push({ ref, oid: after, pack });
    return packet(`ok ${ref}\n`);
  });
  return answerOf('receive-pack-result', `${packet('unpack ok\n')}${lines.join('')}0000`);
}

/** Everything else that is asked is for a token. */
const TOKEN = Buffer.from(JSON.stringify({ token: 'none', expires_at: '2099-01-01T00:00:00Z' }));
const PATH = /^\/(access-\d+\.git)(\/[a-z/-]+)$/;

async function answer(message: IncomingMessage): Promise<CgiAnswer> {
  const url = new URL(message.url ?? '/', 'http://localhost');
  const parts: Buffer[] = [];
  for await (const part of message as AsyncIterable<Buffer>) parts.push(part);
  const [, name, rest = ''] = PATH.exec(url.pathname) ?? [];
  if (name === undefined)
    return { status: 201, headers: { 'content-type': 'application/json' }, body: TOKEN };
  const sent = Buffer.concat(parts);
  const body = message.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
  const repository = repositoryNamed(name);
  if (url.searchParams.get('service') === 'git-receive-pack') return advertise(repository);
  if (rest === '/git-receive-pack') return receive(repository, body);
  if (body.includes('command=ls-refs')) return listRefs(repository, body.toString('latin1'));
  unpack(name);
  return httpBackend({
    root: folder,
    path: url.pathname,
    method: message.method ?? 'GET',
    query: url.search.slice(1),
    headers: message.headers,
    body,
    user: 'bench',
  });
}

const server = createServer(async (message, response) => {
  const { status, headers, body } = await answer(message);
  response.writeHead(status, headers).end(body);
}).listen(0, '127.0.0.1', () => {
  say({ said: 'listens', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});

process.on('message', () => {
  for (const name of repositories.keys()) unpack(name);
  say({ said: 'unpacked' });
});
process.on('disconnect', () => process.exit());
