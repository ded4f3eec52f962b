import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allMembers, idOf, valuesOf } from '../../../../src/adapters/providers/ldap/members.js';

/** Active Directory, as far as it hands out members: so many at once. */
function server(members: readonly string[], most: number) {
  const answer = (first: number) => {
    const some = members.slice(first, first + most);
    const last = first + some.length >= members.length ? '*' : String(first + some.length - 1);
    return { dn: 'CN=g', [`Member;Range=${first}-${last}`]: [...some] };
  };
  return {
    first: members.length > most ? { ...answer(0), member: [] } : { dn: 'CN=g', member: [...members] },
    read: async (attribute: string) => answer(Number(/^member;range=([0-9]+)-\*$/.exec(attribute)?.[1])),
  };
}

describe('the members of a group', () => {
  it('are all of them, in however many parts they come', async () => {
    const sizes = fc.record({ count: fc.nat(40), most: fc.integer({ min: 1, max: 12 }) });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ count, most }) => {
        const members = Array.from({ length: count }, (_, index) => `CN=${index}`);
        const { first, read } = server(members, most);
        expect(await allMembers(first, 'member', read)).toEqual(members);
      }),
    );
  });

  it('are not taken for all where a part is missing or comes twice', async () => {
    const { first } = server(['a', 'b', 'c'], 1);
    for (const wrong of [
      undefined,
      { dn: 'CN=g' },
      { dn: 'CN=g', 'member;range=0-0': 'a' },
      { dn: 'CN=g', 'member;range=2-*': 'c' },
    ])
      await expect(allMembers(first, 'member', async () => wrong)).rejects.toThrow();
  });
});

describe('the values of an attribute', () => {
  it('are a list, whatever comes and however it is spelled', () => {
    expect(valuesOf({ dn: 'x', CN: 'a' }, 'cn')).toEqual(['a']);
    expect(valuesOf({ dn: 'x', cn: ['a', 'b'] }, 'cn')).toEqual(['a', 'b']);
    expect(valuesOf({ dn: 'x', cn: [] }, 'cn')).toEqual([]);
    expect(valuesOf({ dn: 'x' }, 'constructor')).toEqual([]);
  });

  it('name an entry by bytes, which need not be text', () => {
    const id = Buffer.from([0xff, 0x00, 0x80]);
    expect(idOf({ dn: 'x', objectGUID: id }, 'objectguid')).toBe(id.toString('base64'));
    expect(idOf({ dn: 'x', objectGUID: [] }, 'objectGUID')).toBeUndefined();
    expect(idOf({ dn: 'x' }, 'objectGUID')).toBeUndefined();
  });
});
