import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a route answers. */
export type Answer = (
  | { readonly kind: 'page'; readonly status?: number; readonly html: string }
  /** To a path of ours, or to the review host. */
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'asset'; readonly type: string; readonly body: string }
  /** Takes the response over, such as a stream of events. */
  | { readonly kind: 'taken'; readonly take: (response: ServerResponse) => void }
) & { readonly cookies?: readonly string[] };

/**
 * Nothing inline, nothing from elsewhere, in nobody's frame; what a justification holds can neither run nor load (T141, T142). With trusted
 * types a script of ours could not even turn text into elements.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** With `no-referrer` browsers send `Origin: null` with our own forms, so that they could not be told from others' (Fetch, 3.1). */
const REFERRER = 'same-origin';
const A_YEAR = 'public, max-age=31536000, immutable';

/** On top of what is on every answer of the server. */
export function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (answer.cookies !== undefined) response.setHeader('set-cookie', [...answer.cookies]);
  response.setHeader('referrer-policy', REFERRER);
  switch (answer.kind) {
    case 'page':
      response.setHeader('content-security-policy', PAGE_POLICY);
      write(request, response, { status: answer.status ?? 200, type: 'text/html', body: answer.html });
      break;
    case 'redirect':
      response.writeHead(303, { location: answer.to });
      response.end();
      break;
    case 'asset':
      // Its name holds a hash of it.
      response.setHeader('cache-control', A_YEAR);
      write(request, response, { status: 200, type: answer.type, body: answer.body });
      break;
    case 'taken':
      answer.take(response);
  }
}

function write(
  { method }: IncomingMessage,
  response: ServerResponse,
  { status, type, body }: { readonly status: number; readonly type: string; readonly body: string },
): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
  });
  response.end(method === 'HEAD' ? undefined : body);
}
