import type { Sha } from '../state.js';

/** One ref update a push asks for, and what the client can understand. */
export interface PushCommand {
  readonly before: Sha;
  readonly after: Sha;
  readonly ref: string;
}

export interface PushRequest {
  readonly commands: readonly PushCommand[];
  readonly capabilities: ReadonlySet<string>;
  /** Bytes after the commands: the pack, if any. */
  readonly pack: Buffer;
}

/** Reads the pkt-lines at the head of a `git-receive-pack` request (git docs: gitprotocol-pack). */
export function parsePush(body: Buffer): PushRequest {
  const commands: PushCommand[] = [];
  let capabilities: ReadonlySet<string> = new Set();
  let at = 0;
  while (at + 4 <= body.length) {
    const length = Number.parseInt(body.subarray(at, at + 4).toString('latin1'), 16);
    if (!(length >= 4)) {
      at += 4;
      break;
    }
    const [line = '', offered = ''] = body
      .subarray(at + 4, at + length)
      .toString('utf8')
      .split('\0');
    const [, before, after, ref] = /^([0-9a-f]{40}) ([0-9a-f]{40}) (.+?)\n?$/.exec(line) ?? [];
    if (before !== undefined && after !== undefined && ref !== undefined)
      commands.push({ before, after, ref });
    if (offered !== '') capabilities = new Set(offered.trim().split(' '));
    at += length;
  }
  return { commands, capabilities, pack: body.subarray(at) };
}

const packet = (content: Buffer): Buffer =>
  Buffer.concat([Buffer.from((content.length + 4).toString(16).padStart(4, '0')), content]);
const FLUSH = Buffer.from('0000');

/** The answer to a push that is refused as a whole: a reason for each ref, and sentences for the person. */
export function refusedPush(
  request: PushRequest,
  reasons: ReadonlyMap<string, string>,
  sentences: readonly string[],
): Buffer {
  const lines = request.commands.map(({ ref }) => `ng ${ref} ${reasons.get(ref) ?? 'push declined'}\n`);
  const report = Buffer.concat([
    ...['unpack ok\n', ...lines].map((line) => packet(Buffer.from(line))),
    FLUSH,
  ]);
  if (!request.capabilities.has('side-band-64k')) return report;
  const channel = (number: number, content: Buffer): Buffer =>
    packet(Buffer.concat([Buffer.from([number]), content]));
  return Buffer.concat([
    ...sentences.map((sentence) => channel(2, Buffer.from(`${sentence}\n`))),
    channel(1, report),
    FLUSH,
  ]);
}
