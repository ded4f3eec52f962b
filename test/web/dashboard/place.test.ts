import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOf, safeReturn } from '../../../src/web/dashboard/place.js';

const ROOT = placeOf('https://hallpass.example.com');
const BELOW = placeOf('https://example.com/hallpass');

describe('the place', () => {
  it.each([
    ['https://hallpass.example.com', { origin: 'https://hallpass.example.com', base: '', isSecure: true }],
    ['https://example.com:8443/a/b', { origin: 'https://example.com:8443', base: '/a/b', isSecure: true }],
    ['http://127.0.0.1:3000', { origin: 'http://127.0.0.1:3000', base: '', isSecure: false }],
  ])('of %s', (url, place) => {
    expect(placeOf(url)).toEqual(place);
  });
});

describe('where somebody goes after signing in (T140)', () => {
  it.each([
    ['/', '/'],
    ['/history?who=alice&page=2', '/history?who=alice&page=2'],
    ['/grants/2026/11/alice-orders-db', '/grants/2026/11/alice-orders-db'],
  ])('is %s of ours', (asked, back) => {
    expect(safeReturn(asked, ROOT)).toBe(back);
  });

  it.each([
    null,
    '',
    'history',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\\\\evil.example',
    'https://evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    ' /history',
    '/history\u0000',
    '/\u2028history',
    `/${'x'.repeat(3_000)}`,
  ])('is the first page for %j', (asked) => {
    expect(safeReturn(asked, ROOT)).toBe('/');
  });

  it.each([
    ['/hallpass/history', '/hallpass/history'],
    ['/history', '/hallpass/'],
    ['/hallpass/../admin', '/hallpass/'],
    ['/hallpass/%2e%2e/admin', '/hallpass/'],
    ['/hallpassed', '/hallpass/'],
  ])('stays below what a proxy puts before: %s', (asked, back) => {
    expect(safeReturn(asked, BELOW)).toBe(back);
  });

  it('is never anywhere else, whatever is asked', () => {
    const pieces = fc.constantFrom(
      '/',
      '\\',
      '.',
      ':',
      '@',
      '?',
      '#',
      '%',
      'evil.example',
      'https',
      '\t',
      'a',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const url = new URL(safeReturn(parts.join(''), ROOT), ROOT.origin);
        expect(url.origin).toBe(ROOT.origin);
      }),
    );
  });
});
