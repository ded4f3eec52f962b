import { describe, expect, it } from 'vitest';
import { findRoute, type Route } from '../../../src/web/dashboard/routes.js';

const route = (path: string, method: Route['method'] = 'GET'): Route => ({
  method,
  path,
  access: 'anybody',
  handle: () => ({ kind: 'redirect', to: path }),
});
const ROUTES = [
  route('/'),
  route('/people/:login'),
  route('/grants/*id'),
  route('/both'),
  route('/both', 'POST'),
  route('/sign-out', 'POST'),
];

function found(method: string, path: string) {
  const one = findRoute(ROUTES, method, path);
  if (one === undefined || 'allow' in one) return one;
  return [one.route.method, one.route.path, one.params];
}

describe('a path', () => {
  it.each([
    ['GET', '/', ['GET', '/', {}]],
    ['HEAD', '/', ['GET', '/', {}]],
    ['GET', '/people/alice', ['GET', '/people/:login', { login: 'alice' }]],
    ['GET', '/people/a%2Fb', ['GET', '/people/:login', { login: 'a/b' }]],
    ['GET', '/grants/2026/11/a', ['GET', '/grants/*id', { id: '2026/11/a' }]],
    ['POST', '/both', ['POST', '/both', {}]],
    ['GET', '/sign-out', { allow: ['POST'] }],
    ['DELETE', '/both', { allow: ['GET', 'POST'] }],
  ])('%s %s', (method, path, expected) => {
    expect(found(method, path)).toEqual(expected);
  });

  it.each([
    '',
    'people/alice',
    '//',
    '/people',
    '/people/',
    '/people/a/b',
    '/grants',
    '/grants/',
    '/grants//',
    '/%',
    '/%ff',
  ])('%j is none', (path) => {
    expect(found('GET', path)).toBeUndefined();
  });
});
