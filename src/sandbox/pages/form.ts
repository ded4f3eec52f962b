import type { IncomingMessage } from 'node:http';

/** A field of a form; `''` when it was not sent. */
export type Form = (name: string) => string;

const MOST_BYTES = 64 * 1024;

/** @returns `undefined` when it is larger than any form here. */
export async function formOf(request: IncomingMessage): Promise<Form | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  const fields = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
  // A browser sends line breaks of a text area as CRLF.
  return (name) => (fields.get(name) ?? '').replaceAll('\r\n', '\n');
}

const COOKIE = 'hallpass_sandbox_person';

/** Who is played; a name nobody has is the first one. */
export function personOf(request: IncomingMessage, people: readonly [string, ...string[]]): string {
  const found = new RegExp(`(?:^|; )${COOKIE}=([a-z]+)`, 'u').exec(request.headers.cookie ?? '');
  return people.find((login) => login === found?.[1]) ?? people[0];
}

export const cookieOf = (login: string): string => `${COOKIE}=${login}; Path=/; HttpOnly; SameSite=Strict`;

/**
 * Whether another site speaks through the browser: by a name that was made to point here (DNS rebinding), or by a form of its own. What
 * sends no `Origin` is no form of another site (Fetch standard: it is sent with every `POST`).
 */
export function refusedAsForeign({ headers, method, socket }: IncomingMessage): boolean {
  const host = headers.host ?? '';
  const own = [`127.0.0.1:${socket.localPort}`, `localhost:${socket.localPort}`];
  if (!own.includes(host)) return true;
  return method === 'POST' && headers.origin !== undefined && headers.origin !== `http://${host}`;
}
