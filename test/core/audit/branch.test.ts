import { describe, expect, it } from 'vitest';
import type { Oid } from '../../../src/core/approval.js';
import { newBranch } from '../../../src/core/audit/branch.js';
import { CATALOG_PATH, POLICY_PATH, type TreeChange } from '../../../src/core/pull-request.js';

function oid(digit: string): Oid {
  return digit.repeat(40) as Oid;
}

function change(path: string, before: string | null, after: string | null, mode = '100644'): TreeChange {
  const file = (digit: string | null) => (digit === null ? null : { mode, oid: oid(digit) });
  return { path, before: file(before), after: file(after) };
}

const A = 'access-requests/2026/11/a.yaml';
const B = 'access-requests/2026/11/b.yaml';

function branch() {
  const told = newBranch();
  told.add(oid('1'), [change(POLICY_PATH, null, 'a'), change('README.md', null, 'b')]);
  told.add(oid('2'), [change(A, null, 'c'), change('access-requests/README.md', null, 'd')]);
  told.add(oid('3'), []);
  told.add(oid('4'), [change(A, 'c', null), change(B, null, 'e', '120000'), change(POLICY_PATH, 'a', 'f')]);
  told.add(oid('5'), [change(A, null, 'c'), change(B, 'e', 'a'), change(CATALOG_PATH, null, 'b', '120000')]);
  return told;
}

describe('what lay on the default branch', () => {
  it('knows its commits by place', () => {
    const told = branch();
    expect(told.position(oid('4'))).toBe(3);
    expect(told.at(3)).toBe(oid('4'));
    expect(told.position(oid('9'))).toBeUndefined();
    expect(told.at(-1)).toBeUndefined();
  });

  it('gives the changes among the requests after one commit up to another', () => {
    const told = branch();
    const brief = (from: number, to: number) =>
      told.landings(from, to).map(({ kind, path, position }) => [position, kind, path]);
    expect(brief(-1, 1)).toEqual([[1, 'added', A]]);
    expect(brief(1, 3)).toEqual([
      [3, 'removed', A],
      [3, 'added', B],
    ]);
    expect(brief(3, 9)).toEqual([
      [4, 'added', A],
      [4, 'modified', B],
    ]);
    expect(brief(1, 1)).toEqual([]);
    expect(told.landings(2, 3)[1]).toMatchObject({ mode: '120000', blob: oid('e') });
  });

  it('remembers the first time of a path, also when it came again (T081)', () => {
    const told = branch();
    expect(told.firstSeen(A)).toBe(1);
    expect(told.firstSeen(B)).toBe(3);
    expect(told.firstSeen('access-requests/2026/11/c.yaml')).toBeUndefined();
  });

  it('tells the control documents at every commit, and only plain files count', () => {
    const told = branch();
    expect(told.controlAt(-1)).toEqual({});
    expect(told.controlAt(0)).toEqual({ policy: oid('a') });
    expect(told.controlAt(2)).toEqual({ policy: oid('a') });
    expect(told.controlAt(3)).toEqual({ policy: oid('f') });
    expect(told.controlAt(4)).toEqual({ policy: oid('f') });
  });
});
