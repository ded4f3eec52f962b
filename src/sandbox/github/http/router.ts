import type { Access } from '../auth/access.js';
import type { PathTemplate } from '../schemas.js';
import type { Handler } from './call.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Route {
  readonly method: Method;
  /** GitHub's own template, so that a path GitHub does not have does not compile. */
  readonly path: PathTemplate;
  readonly access: Access;
  readonly handle: Handler;
}

export type RouteRow = readonly [method: Method, path: PathTemplate, access: Access, handle: Handler];

interface Compiled extends Route {
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

export interface Found {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Parameters that may contain slashes. `{path}` too, and it may be absent with its slash: the root of `contents`. */
const LONG = new Set(['ref', 'basehead', 'branch', 'tree_sha']);

export function router(rows: readonly RouteRow[]): (method: string, path: string) => Found | undefined {
  const compiled = rows.map(compile);
  return (method, path) => {
    for (const route of compiled) {
      if (route.method !== method) continue;
      const match = route.pattern.exec(path);
      if (match !== null) return { route, params: parametersOf(route, match) };
    }
    return undefined;
  };
}

function compile([method, path, access, handle]: RouteRow): Compiled {
  const names: string[] = [];
  const source = path.replaceAll(/\/\{path\}|\{(\w+)\}|[.+*?^$()|[\]\\]/g, (found, name?: string) => {
    if (found === '/{path}') {
      names.push('path');
      return '(?:/(.*?))?';
    }
    if (name === undefined) return `\\${found}`;
    names.push(name);
    if (name.endsWith('_number') || name.endsWith('_id') || name === 'id') return '(\\d+)';
    return LONG.has(name) ? '(.*?)' : '([^/]+)';
  });
  return { method, path, access, handle, names, pattern: new RegExp(`^${source}/?$`) };
}

function parametersOf(route: Compiled, match: RegExpExecArray): Record<string, string> {
  return Object.fromEntries(route.names.map((name, index) => [name, unescaped(match[index + 1] ?? '')]));
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
