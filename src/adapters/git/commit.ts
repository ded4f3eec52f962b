import type { Oid } from '../../core/approval.js';
import { parseOid } from '../../core/approval.js';
import type { Instant } from '../../core/time.js';
import { epochSeconds } from '../../core/time.js';

/** A commit object, as its bytes say. */
export interface RawCommit {
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly authorEmail: string;
  readonly committerEmail: string;
  readonly message: string;
  /** Names of all headers in their order. */
  readonly headers: readonly string[];
  /** The armoured signature and the bytes it covers; absent when there is not exactly one. */
  readonly signature?: { readonly armor: string; readonly payload: Buffer };
}

type Header = readonly [name: string, value: string];

/** Latin-1 keeps every byte, whatever encoding the author claims; e-mail addresses that matter are ASCII. */
export function parseCommit(bytes: Buffer): RawCommit | undefined {
  const text = bytes.toString('latin1');
  const end = text.indexOf('\n\n');
  if (end < 0) return undefined;
  const headers = parseHeaders(text.slice(0, end));
  const [first] = headers;
  const tree = first?.[0] === 'tree' ? parseOid(first[1]) : undefined;
  const parents = valuesOf(headers, 'parent').map(parseOid);
  if (tree === undefined || !parents.every((parent) => parent !== undefined)) return undefined;
  const signatures = valuesOf(headers, 'gpgsig');
  const [armor] = signatures;
  return {
    tree,
    parents,
    authorEmail: emailOf(valuesOf(headers, 'author')[0]),
    committerEmail: emailOf(valuesOf(headers, 'committer')[0]),
    message: text.slice(end + 2),
    headers: headers.map(([name]) => name),
    ...(armor === undefined || signatures.length !== 1
      ? {}
      : { signature: { armor, payload: payloadOf(headers, text.slice(end)) } }),
  };
}

/** A line that starts with a space goes on with the value before it. */
function parseHeaders(text: string): Header[] {
  const headers: [string, string][] = [];
  for (const line of text.split('\n')) {
    const last = headers.at(-1);
    if (line.startsWith(' ') && last !== undefined) last[1] += `\n${line.slice(1)}`;
    else {
      const space = line.indexOf(' ');
      headers.push(space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)]);
    }
  }
  return headers;
}

function valuesOf(headers: readonly Header[], name: string): string[] {
  return headers.filter(([each]) => each === name).map(([, value]) => value);
}

function payloadOf(headers: readonly Header[], rest: string): Buffer {
  const signed = headers.filter(([name]) => name !== 'gpgsig').map(headerText);
  return Buffer.from(`${signed.join('\n')}${rest}`, 'latin1');
}

function headerText([name, value]: Header): string {
  return `${name} ${value.replaceAll('\n', '\n ')}`;
}

/** `Name <address> time zone`; empty when there is no address, which maps to nobody. */
function emailOf(ident: string | undefined): string {
  return /<([^<>\n]*)>[^<>]*$/.exec(ident ?? '')?.[1]?.trim() ?? '';
}

/**
 * Addresses of `Co-authored-by` lines, wherever they stand and however they are written: naming one too many only asks for
 * another approver, missing one would let somebody approve their own work (T028).
 */
export function coAuthorEmails(message: string): readonly string[] {
  const lines = message
    .replace(/\r/g, '')
    .replace(/\n[ \t]+/g, ' ')
    .split('\n');
  const found = lines.flatMap((line) => {
    const value = /^\s*co-authored-by\s*[:=]?(.*)$/i.exec(line)?.[1];
    if (value === undefined) return [];
    const bracketed = [...value.matchAll(/<([^<>]*)>/g)].map((match) => match[1]?.trim() ?? '');
    return bracketed.length > 0 ? bracketed : (value.match(/\S+@\S+/g) ?? []);
  });
  return [...new Set(found)];
}

/** The one author and committer of the ledger. A name proves nothing; the signature does (T119). */
const IDENTITY = 'Hallpass <hallpass@users.noreply.github.com>';
export const LEDGER_PRINCIPAL = 'hallpass@users.noreply.github.com';

export interface CommitDraft {
  readonly tree: Oid;
  readonly parent: Oid | null;
  readonly at: Instant;
  /** One line. */
  readonly subject: string;
}

export function identityLine(at: Instant): string {
  return `${IDENTITY} ${epochSeconds(at)} +0000`;
}

/** What is signed: the commit without its signature. */
export function unsignedCommit(draft: CommitDraft): Buffer {
  const parent = draft.parent === null ? '' : `parent ${draft.parent}\n`;
  const who = identityLine(draft.at);
  return Buffer.from(
    `tree ${draft.tree}\n${parent}author ${who}\ncommitter ${who}\n\n${draft.subject}\n`,
    'latin1',
  );
}

/** Puts the signature where git looks for it: a `gpgsig` header after the others. */
export function signedCommit(unsigned: Buffer, armor: string): Buffer {
  const text = unsigned.toString('latin1');
  const end = text.indexOf('\n\n');
  return Buffer.from(
    `${text.slice(0, end)}\n${headerText(['gpgsig', armor.trimEnd()])}${text.slice(end)}`,
    'latin1',
  );
}
