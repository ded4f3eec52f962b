import type { IncomingMessage, ServerResponse } from 'node:http';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Clock } from '../ports/clock.js';
import { type OutsideSources, outsideNumbers } from './outside-numbers.js';
import { type NotePass, passNumbers } from './pass-numbers.js';

export interface MetricsOptions extends OutsideSources {
  readonly clock: Clock;
  /** Ids of the configured targets. */
  readonly targets: readonly string[];
  /** Where they are served, where it is not `/metrics`: numbers of one of several repositories, without those of the process. */
  readonly path?: string;
}

export interface Metrics {
  readonly notePass: NotePass;
  /** Answers `GET /metrics` and leaves everything else to the next. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  /** All there is; `docs/metrics.md` is held against it. */
  readonly registry: Registry;
}

const PATH = '/metrics';

/** Numbers for Prometheus. No names of people, no ids of requests, no secrets; `docs/metrics.md` has them all. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  if (options.path === undefined) collectDefaultMetrics({ register: registry });
  const notePass = passNumbers({ ...options, registry });
  outsideNumbers(registry, options);
  return {
    notePass,
    registry,
    async handler(request, response) {
      const [path] = (request.url ?? '/').split('?', 1);
      if (path !== (options.path ?? PATH) || (request.method !== 'GET' && request.method !== 'HEAD'))
        return false;
      const text = await registry.metrics();
      response.writeHead(200, { 'content-type': registry.contentType });
      response.end(request.method === 'HEAD' ? undefined : text);
      return true;
    },
  };
}
