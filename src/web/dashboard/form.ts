import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Place } from './place.js';

export type ReadForm = { readonly form: URLSearchParams } | { readonly refused: 'foreign' | 'too_large' };

/** Bytes. A request with its justification is far smaller. */
const LARGEST = 64 * 1024;
const FORM_TYPE = /^application\/x-www-form-urlencoded(?:\s*;|$)/i;

/**
 * A form that one of our own pages sent: the cookie does not travel with other sites' forms (`SameSite`), the browser names the origin it
 * sends from, and the form holds what only a page of this session knows (T141). Any of it missing means no.
 */
export async function readForm(
  request: IncomingMessage,
  { place, formToken }: { readonly place: Place; readonly formToken: string },
): Promise<ReadForm> {
  const { origin, 'content-type': type = '' } = request.headers;
  if (origin !== place.origin || !FORM_TYPE.test(type)) return { refused: 'foreign' };
  const text = await textOf(request);
  if (text === undefined) return { refused: 'too_large' };
  const form = new URLSearchParams(text);
  return isSame(form.get('form') ?? '', formToken) ? { form } : { refused: 'foreign' };
}

async function textOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
