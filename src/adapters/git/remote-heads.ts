import { type Oid, parseOid } from '../../core/approval.js';
import type { RemoteOptions } from './remote.js';
import { basicOf, type Environment } from './sealed.js';

/** Where refs of the remote are, asked for without a process. */
export interface RemoteHeads {
  /**
   * @param refs full names. @returns where each is, absent where there is none; or `undefined` when that cannot be learned this way, whatever the
   * reason: then git is asked, and it says what is wrong.
   */
  look(refs: readonly string[]): Promise<ReadonlyMap<string, Oid> | undefined>;
}

/** Milliseconds. Git waits longer; this is only the shorter way. */
const TIMEOUT = 10_000;
const MOST_BYTES = 64 * 1024;

/**
 * `ls-refs` of git's own protocol, version 2, over HTTP (gitprotocol-v2(5), gitprotocol-http(5)): one request, which counts against no limit of the
 * API. It goes nowhere git would not go: a way out that only git was told of, such as a proxy or a certificate, is left to git.
 */
export function openRemoteHeads(options: RemoteOptions): RemoteHeads {
  let isSpoken = options.url.startsWith('http') && !hasWayOfItsOwn(options.environment ?? {});
  return {
    async look(refs) {
      if (!isSpoken) return undefined;
      const answer = await ask(options, refs).catch(() => undefined);
      if (answer === undefined) return undefined;
      const heads = parseRefs(answer);
      // Whoever answers something else will not learn it while we run.
      isSpoken = heads !== undefined;
      return heads;
    },
  };
}

const OF_GIT_ALONE =
  /^(?:(?:https?|all)_proxy|SSL_CERT_(?:FILE|DIR)|CURL_CA_BUNDLE|GIT_SSL_CA(?:INFO|PATH))$/i;

function hasWayOfItsOwn(environment: Environment): boolean {
  return Object.keys(environment).some((name) => OF_GIT_ALONE.test(name));
}

/** @returns the body of a good answer that is not too long. */
async function ask(
  { url, credentials, timeout = TIMEOUT }: RemoteOptions,
  refs: readonly string[],
): Promise<string | undefined> {
  const known = await credentials?.();
  const response = await fetch(`${url}/git-upload-pack`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-git-upload-pack-request',
      accept: 'application/x-git-upload-pack-result',
      'git-protocol': 'version=2',
      ...(known === undefined ? {} : { authorization: `Basic ${basicOf(known)}` }),
    },
    body: question(refs),
    // Nobody gets our credentials who was not meant to.
    redirect: 'error',
    signal: AbortSignal.timeout(Math.min(timeout, TIMEOUT)),
  });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    return undefined;
  }
  let text = '';
  const decoder = new TextDecoder('latin1');
  for await (const chunk of response.body) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > MOST_BYTES) return undefined;
  }
  return text;
}

const [DELIMITER, END] = ['0001', '0000'];

function question(refs: readonly string[]): string {
  const prefixes = refs.map((ref) => line(`ref-prefix ${ref}`)).join('');
  return `${line('command=ls-refs')}${line('object-format=sha1')}${DELIMITER}${prefixes}${END}`;
}

/** A line of the protocol: its length with these four digits, then itself. */
function line(text: string): string {
  return `${(text.length + 5).toString(16).padStart(4, '0')}${text}\n`;
}

const REF = /^([0-9a-f]{40}) (refs\/[^ \n]+)\n?$/;

/** @returns `undefined` unless every line is what it has to be and nothing follows the end. */
function parseRefs(text: string): ReadonlyMap<string, Oid> | undefined {
  const heads = new Map<string, Oid>();
  let at = 0;
  while (text.slice(at, at + 4) !== END) {
    const length = Number.parseInt(text.slice(at, at + 4), 16);
    if (!(length > 4 && at + length <= text.length)) return undefined;
    const [, id = '', name = ''] = REF.exec(text.slice(at + 4, at + length)) ?? [];
    const oid = parseOid(id);
    if (oid === undefined) return undefined;
    heads.set(name, oid);
    at += length;
  }
  return at + END.length === text.length ? heads : undefined;
}
