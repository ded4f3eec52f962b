import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Oid } from '../../../src/core/approval.js';
import {
  entryPath,
  ledgerPath,
  markerPath,
  parseCursor,
  renderCursor,
  violationPath,
} from '../../../src/core/audit/layout.js';
import { parseAllowedSigners } from '../../../src/core/audit/signers.js';
import { isLedgerSubject, rotatedKey, rotationSubject } from '../../../src/core/audit/subject.js';
import { parseRequestId } from '../../../src/core/request.js';
import type { Instant } from '../../../src/core/time.js';

const KEY = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`;
const OID = 'c0ffee'.padEnd(40, '0') as Oid;

describe('a commit subject', () => {
  it.each([
    'grant: 2026/11/alice',
    'end: 2026/11/22/bob-orders.db',
    'intend: 12 grants, 1 violations',
    'start: cursor',
    'remove: 2 orphans',
    `cursor: ${OID}`,
    `rotate-key: ${KEY}`,
  ])('may be %s', (subject) => {
    expect(isLedgerSubject(subject)).toBe(true);
  });

  it.each([
    '',
    'grant:',
    'grant: ',
    'Grant: 1',
    'grant: please approve',
    'grant: 1\n',
    'grant: 1\n\nApproved-by: ceo',
    'grant: 1 [skip ci]',
    'skip-checks: true',
    'Co-authored-by: a <a@b.c>',
    'grant: ../1',
    'grant: 1  2',
    'rotate-key: ssh-rsa AAAA1',
    `rotate-key: ${KEY} comment`,
  ])('may not be %j (T120)', (subject) => {
    expect(isLedgerSubject(subject)).toBe(false);
  });

  it('is one line of plain characters, whatever is tried', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
        const subject = `grant: ${text}`;
        expect(!isLedgerSubject(subject) || /^[a-z0-9 ,._/:-]+$/.test(subject)).toBe(true);
      }),
    );
  });

  it('names the key that comes next only when it rotates', () => {
    expect(rotatedKey(rotationSubject(KEY))).toBe(KEY);
    expect(rotatedKey('grant: 1')).toBeUndefined();
  });
});

describe('a path of the ledger', () => {
  const id = fc
    .stringMatching(/^20\d\d\/(0[1-9]|1[0-2])\/(([0-2]\d|3[01])\/)?[a-z0-9][a-z0-9._-]{0,20}$/)
    .map(parseRequestId)
    .filter((one) => one !== undefined);

  it('says whose entry or marker it is', () => {
    fc.assert(
      fc.property(id, (one) => {
        expect(ledgerPath(entryPath(one))).toEqual({ kind: 'entry', id: one });
        expect(ledgerPath(markerPath(one, 'flat'))).toEqual({ kind: 'marker', id: one, layout: 'flat' });
      }),
    );
  });

  it('is never a folder of another marker, so no marker can hide another', () => {
    fc.assert(
      fc.property(
        id,
        id,
        (one, other) => !markerPath(other, 'flat').startsWith(`${markerPath(one, 'flat')}/`),
      ),
    );
    expect(parseRequestId('2026/11/05')).toBeUndefined();
    expect(parseRequestId('2026/11/05/bob')).toBeDefined();
  });

  it.each([
    'x',
    'grants/alice.yaml',
    'grants/2026/11/Alice.yaml',
    'grants/2026/11/../../x.yaml',
    'grants/2026/11/alice.yml',
    'grants/2026/13/alice.yaml',
    'active/2026/11/alice/x/y',
    'active/alice',
    'violations/2026/11/x.yaml',
    `violations/2026/00/${OID}.yaml`,
    'cursor/x',
    'readme.md',
    'grants/2026/11/a\\xff.yaml',
    ' cursor',
  ])('is never %s', (path) => {
    expect(ledgerPath(path)).toBeUndefined();
  });

  it('is the month of its violation', () => {
    const at = '2026-12-01T00:00:00Z' as Instant;
    expect(violationPath({ commit: OID, at })).toBe(`violations/2026/12/${OID}.yaml`);
    expect(ledgerPath(violationPath({ commit: OID, at }))).toEqual({ kind: 'violation', commit: OID });
  });

  it('is a cursor only when it holds exactly one id', () => {
    expect(parseCursor(renderCursor(OID))).toBe(OID);
    for (const text of ['', OID, `${OID}\n\n`, `${OID} \n`, 'main\n'])
      expect(parseCursor(text)).toBeUndefined();
  });
});

describe('a list of signers', () => {
  it.each<[string, string, number]>([
    ['a plain line', `me@example.com ${KEY}`, 1],
    ['a comment after the key', `me@example.com ${KEY} laptop`, 1],
    ['principals and namespaces', `a@b,c@d namespaces="git" ${KEY}`, 1],
    ['several namespaces', `a@b namespaces="file,git" ${KEY}`, 1],
    ['Windows line ends', `a@b ${KEY}\r\n`, 1],
    ['dates, which prove nothing', `a@b valid-before="20200101" ${KEY}`, 1],
    ['another namespace', `a@b namespaces="file" ${KEY}`, 0],
    ['an authority, which signs keys and no commits', `a@b cert-authority ${KEY}`, 0],
    ['an authority among other options', `a@b namespaces="git",cert-authority ${KEY}`, 0],
    ['another type', 'a@b ssh-rsa AAAAB3NzaC1yc2E', 0],
    ['a comment', `# a@b ${KEY}`, 0],
    ['nothing', '\n\n', 0],
  ])('with %s names %#', (_name, text, keys) => {
    expect(parseAllowedSigners(text).size).toBe(keys);
  });

  it('names every key once', () => {
    const other = KEY.replace(/A{43}$/, 'B'.repeat(43));
    expect(parseAllowedSigners(`a@b ${KEY}\nc@d ${other}\ne@f ${KEY}\n`)).toEqual(new Set([KEY, other]));
  });
});
