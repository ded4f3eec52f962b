import { answer, type Handler, pathOf } from './answer.js';

export interface Health {
  /** Whether the process works at all; when not, it should be started again. */
  alive(): boolean;
  /** Whether it can do its work now. */
  ready(): boolean | Promise<boolean>;
}

export function healthHandler(health: Health): Handler {
  const checks: Readonly<Record<string, () => boolean | Promise<boolean>>> = {
    '/healthz': () => health.alive(),
    '/readyz': () => health.ready(),
  };
  return async (request, response) => {
    const path = pathOf(request);
    const check = Object.hasOwn(checks, path) ? checks[path] : undefined;
    if (check === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
    const isGood = await check();
    answer(response, isGood ? 200 : 503, isGood ? 'ok' : 'not ready');
    return true;
  };
}
