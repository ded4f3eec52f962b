import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Checkpoint, parseCheckpoint, renderCheckpoint } from '../../../src/core/audit/checkpoint.js';
import { NOON, oid } from '../../app/entries.js';

const SEEN: Checkpoint = { branch: 'access-ledger', head: oid('a'), commits: 14, at: NOON };
const TEXT = renderCheckpoint(SEEN);

describe('a checkpoint', () => {
  it('is five lines, and is read as it was written', () => {
    expect(TEXT).toBe(
      `hallpass checkpoint 1\nbranch: access-ledger\nhead: ${'a'.repeat(40)}\ncommits: 14\nat: 2026-11-22T12:00:00Z\n`,
    );
    expect(parseCheckpoint(TEXT)).toEqual(SEEN);
  });

  it.each<readonly [string, string]>([
    ['nothing', ''],
    ['another version', TEXT.replace('checkpoint 1', 'checkpoint 2')],
    ['a line more', `${TEXT}more: x\n`],
    ['a line less', TEXT.replace(/commits.*\n/, '')],
    ['no last line feed', TEXT.trimEnd()],
    ['CR', TEXT.replaceAll('\n', '\r\n')],
    ['a short id', TEXT.replace('a'.repeat(40), 'a'.repeat(12))],
    ['no commits', TEXT.replace('14', '0')],
    ['commits in another spelling', TEXT.replace('14', '014')],
    ['no such day', TEXT.replace('11-22', '02-30')],
    ['a branch with a space', TEXT.replace('access-ledger', 'access ledger')],
  ])('is not %s', (_name, text) => {
    expect(parseCheckpoint(text)).toBeUndefined();
  });

  it('has one spelling', () => {
    fc.assert(
      fc.property(fc.nat(TEXT.length - 1), fc.string({ minLength: 0, maxLength: 2 }), (at, put) => {
        const text = TEXT.slice(0, at) + put + TEXT.slice(at + 1);
        const parsed = parseCheckpoint(text);
        expect(parsed === undefined || renderCheckpoint(parsed) === text).toBe(true);
      }),
    );
  });
});
