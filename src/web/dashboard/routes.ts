import type { IncomingMessage } from 'node:http';
import type { Instant } from '../../core/time.js';
import type { Visitor } from '../../views/web/site.js';
import type { Answer } from './answer.js';
import type { Session } from './sessions.js';

/** A request for a page, before anybody looked who asks. */
export interface Asked {
  readonly request: IncomingMessage;
  /** Without the query, as it was asked for. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Parts of the path by the names the route gives them, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly now: Instant;
}

/** A request of somebody who may read the access repository. */
export interface Visit extends Asked {
  readonly visitor: Visitor;
  /** What a form sent; read, and proved to be ours, before the route is asked. Empty for a `GET`. */
  readonly form: URLSearchParams;
}

/** The same with what must not get into a page: the session's secrets. */
export interface SessionVisit extends Visit {
  readonly session: Session;
}

type Work<A> = (asked: A) => Answer | Promise<Answer>;

/** `:name` stands for one segment of the path, `*name` for all that are left, at least one. */
interface At {
  readonly method: 'GET' | 'POST';
  readonly path: string;
}

/** For anybody; for whoever has signed in; or for whoever may read the access repository. That is looked at before `handle` is called. */
export type Route =
  | (At & { readonly access: 'anybody'; readonly handle: Work<Asked> })
  | (At & { readonly access: 'session' | 'reader'; readonly handle: Work<SessionVisit> });

export type Found =
  | { readonly route: Route; readonly params: Readonly<Record<string, string>> }
  | { readonly allow: readonly string[] };

/** @returns `undefined` for a path that is none of these. */
export function findRoute(routes: readonly Route[], method: string, path: string): Found | undefined {
  const asked = segmentsOf(path);
  if (asked === undefined) return undefined;
  const found = routes.flatMap((route) => {
    const params = paramsOf(segments(route.path), asked);
    return params === undefined ? [] : [{ route, params }];
  });
  if (found.length === 0) return undefined;
  const wanted = method === 'HEAD' ? 'GET' : method;
  return (
    found.find(({ route }) => route.method === wanted) ?? { allow: found.map(({ route }) => route.method) }
  );
}

const segments = (path: string): readonly string[] => path.split('/').slice(1);

/** @returns `undefined` for what is not properly encoded. */
function segmentsOf(path: string): readonly string[] | undefined {
  try {
    return segments(path).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function paramsOf(
  pattern: readonly string[],
  asked: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    if (part.startsWith('*')) {
      const rest = asked.slice(index);
      return rest.some((one) => one !== '') ? { ...params, [part.slice(1)]: rest.join('/') } : undefined;
    }
    const one = asked[index];
    if (one === undefined) return undefined;
    if (part.startsWith(':') && one !== '') params[part.slice(1)] = one;
    else if (part !== one) return undefined;
  }
  return asked.length === pattern.length ? params : undefined;
}
