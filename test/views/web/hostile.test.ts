import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CORPUS } from './corpus.js';
import { everyPage } from './every-page.js';

const TAG = /<(\/?[a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*\/?>|<!doctype html>/gi;

/** Names of elements and attributes in their order, without what they hold; and every sign that could begin or end one and did not. */
function skeleton(page: string): string {
  const found: string[] = [];
  const rest = page.replace(TAG, (_, name = 'doctype', attributes = '') => {
    found.push(`${name}${String(attributes).replace(/="[^"]*"/g, '')}`);
    return '';
  });
  return [...found, ...(rest.match(/[<>]/g) ?? [])].join('\n');
}

function links(page: string): readonly string[] {
  return [...page.matchAll(/\s(?:href|src|action)="([^"]*)"/g)].map(([, link]) => link ?? '');
}

const OURS = /^(?:$|#|\/hallpass(?:\/|$)|https:\/\/github\.com\/acme\/access(?:[/"]|$))/;
const HARMLESS = everyPage('harmless');

describe('whatever somebody wrote (T142)', () => {
  it.each(CORPUS)('%j changes no element and no attribute of any page', (text) => {
    for (const [name, page] of everyPage(text)) {
      expect(`${name}\n${skeleton(page)}`).toBe(`${name}\n${skeleton(HARMLESS.get(name) ?? '')}`);
    }
  });

  it.each(CORPUS)('%j leads nowhere else', (text) => {
    for (const page of everyPage(text).values())
      expect(links(page).filter((link) => !OURS.test(link))).toEqual([]);
  });

  it('nor does anything else', () => {
    const sharp = fc.constantFrom(...'<>"\'&=/`;:%#?\\ \u0000\u202e', 'a', 'script', 'on', '--', '\ufeff');
    const texts = fc.array(sharp, { minLength: 1, maxLength: 20 }).map((parts) => `x${parts.join('')}`);
    fc.assert(
      fc.property(texts, (text) => {
        for (const [name, page] of everyPage(text))
          expect(skeleton(page)).toBe(skeleton(HARMLESS.get(name) ?? ''));
      }),
      { numRuns: 60 },
    );
  });

  it('shows no character that hides or turns around what stands beside it (T122)', () => {
    const hiding = ['\u202e', '\u200b', '\u0007'];
    for (const page of everyPage(`a${hiding.join('b')}`).values())
      expect(hiding.filter((sign) => page.includes(sign))).toEqual([]);
  });
});
