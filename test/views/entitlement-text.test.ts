import { describe, expect, it } from 'vitest';
import type { Abilities, Entitlement } from '../../src/core/entitlement.js';
import { endingOf } from '../../src/views/entitlement-text.js';
import { toText } from '../../src/views/phrase.js';
import { entitlement } from './decisions.js';

const ended = (id: string, nativeExpiry: Abilities['nativeExpiry']): Entitlement =>
  entitlement({ id }, { nativeExpiry });
const NEVER = 'only Hallpass ends it on orders-db, which has no expiry of its own';
const BY_ITSELF = 'orders-db ends it by itself, also if Hallpass is down';

describe('what ends the access', () => {
  it('is said once of a target that ends everything asked for in the same way', () => {
    expect(toText(endingOf([ended('a', 'none'), ended('b', 'none')]))).toBe(NEVER);
    expect(toText(endingOf([ended('a', 'enforced')]))).toBe(BY_ITSELF);
  });

  it('is said of each entitlement where one target ends them in different ways', () => {
    const all = [ended('a', 'none'), ended('b', 'enforced'), ended('c', 'none')];
    expect(toText(endingOf(all))).toBe(`${NEVER} (for a and c) and ${BY_ITSELF} (for b)`);
  });
});
