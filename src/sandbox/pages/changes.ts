import type { IncomingMessage, ServerResponse } from 'node:http';
import type { World } from '../world.js';

const EVERY_MILLISECONDS = 1_000;
const MOST_LISTENERS = 20;

/**
 * Tells a page, by server-sent events, that there is something new to see. What is sent is only a number that changes; the page then loads
 * itself again. Calls that only read do not count, or a page that loads itself would never rest.
 */
export function changes({ world }: { readonly world: World }) {
  let listeners = 0;
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (listeners >= MOST_LISTENERS) {
      response.writeHead(503).end();
      return;
    }
    listeners += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    let told = '';
    const tell = (): void => {
      const now = String(written(world));
      if (now !== told) response.write(`data: ${now}\n\n`);
      told = now;
    };
    tell();
    const timer = setInterval(tell, EVERY_MILLISECONDS);
    request.once('close', () => {
      clearInterval(timer);
      listeners -= 1;
    });
  };
}

function written({ github }: World): number {
  return github.calls.filter(({ method, status }) => method !== 'GET' && status < 300).length;
}
