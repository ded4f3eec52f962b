/** Where GitHub has its pages, so that links in comments lead here. */
export const HOME = '/acme/access/pulls';

export const ROUTES = {
  ask: '/acme/access/new',
  ledger: '/acme/access/commits/access-ledger',
  person: '/sandbox/person',
  clock: '/sandbox/clock',
  database: '/sandbox/database',
  changes: '/sandbox/changes',
  style: '/sandbox/style.css',
  script: '/sandbox/page.js',
} as const;

export const pullPath = (number: number): string => `/acme/access/pull/${number}`;
