import type { IncomingMessage } from 'node:http';

/** GitHub sends up to 25 MB; the events used here are far smaller (T135). */
export const LARGEST_BODY = 5 * 1024 * 1024;

export type Body = { readonly text: string } | 'too_large' | 'broken';

/** Reads at most {@link LARGEST_BODY} bytes: what says it is larger is not read at all, what turns out larger no further. */
export function readBody(request: IncomingMessage): Promise<Body> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (!(announced <= LARGEST_BODY)) return Promise.resolve('too_large');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LARGEST_BODY) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      request.pause();
      resolve('too_large');
    });
    request.on('end', () => resolve({ text: Buffer.concat(chunks).toString('utf8') }));
    request.on('error', () => resolve('broken'));
    request.on('close', () => resolve('broken'));
  });
}
