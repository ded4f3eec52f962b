import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCommit, readLedgerObject } from '../../src/adapters/git/chain.js';
import { coAuthorEmails, parseCommit, signedCommit, unsignedCommit } from '../../src/adapters/git/commit.js';
import { parseRawDiff } from '../../src/adapters/git/diff.js';
import { answerReader } from '../../src/adapters/git/objects.js';
import { newPrivateKey, parsePublicKey, signerFromPrivateKey } from '../../src/adapters/git/ssh-key.js';
import { signedBy, signSsh } from '../../src/adapters/git/ssh-signature.js';
import { parseTree } from '../../src/adapters/git/trees.js';
import { commandOf } from '../../src/app/reviewing/obey-comment.js';
import { hasShapeOf, isOwn, isPinned, parsePayload } from '../../src/bot/payload.js';
import type { Oid } from '../../src/core/approval.js';
import { ledgerPath, parseCursor } from '../../src/core/audit/layout.js';
import { isLedgerSubject, rotatedKey } from '../../src/core/audit/subject.js';
import { ownsPath } from '../../src/core/doctor/code-owners.js';
import type { Login } from '../../src/core/identity.js';
import { parseRequestId } from '../../src/core/request.js';
import { type Instant, parseDuration, parseInstant } from '../../src/core/time.js';
import { parseCatalog } from '../../src/documents/catalog.js';
import { parseEntry } from '../../src/documents/entry.js';
import type { Parsed } from '../../src/documents/issue.js';
import { parsePeople } from '../../src/documents/people.js';
import { parsePolicy } from '../../src/documents/policy.js';
import { parseRequest } from '../../src/documents/request.js';
import { parseSettings } from '../../src/documents/settings.js';
import { parseSuite } from '../../src/documents/suite.js';
import { parseViolation } from '../../src/documents/violation.js';
import { isFault } from '../../src/ports/fault.js';
import { providerKinds } from '../../src/wire-offline.js';
import { requestId } from '../documents/documents.js';
import { hostileBytes } from './hostile-bytes.js';

const RUNS = { numRuns: 400 };
const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url));
const exampleOf = (page: string) =>
  /^```yaml\n([\s\S]*?)^```$/m.exec(file(`docs/spec/${page}.md`).toString())?.[1] ?? '';
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

/** More than this nobody reads; and a document that is refused must not become a large answer. */
const MOST_ISSUES = 200;
const MOST_CHARACTERS_A_MESSAGE = 2_000;

const DOCUMENTS: Readonly<
  Record<string, readonly [sample: string | Uint8Array, parse: (bytes: Uint8Array) => Parsed<unknown>]>
> = {
  request: [
    file('test/fixtures/documents/request.yaml'),
    (bytes) => parseRequest(bytes, requestId('2026/11/alice')),
  ],
  policy: [file('.github/access/policy.yaml'), (bytes) => parsePolicy(bytes, 'policy.yaml')],
  catalog: [
    file('.github/access/catalog.yaml'),
    (bytes) => parseCatalog(bytes, 'catalog.yaml', providerKinds),
  ],
  people: [file('.github/access/people.yaml'), (bytes) => parsePeople(bytes, 'people.yaml')],
  suite: [file('.github/access/suites/production.yaml'), (bytes) => parseSuite(bytes, 'suite.yaml')],
  settings: [exampleOf('settings'), (bytes) => parseSettings(bytes, 'hallpass.yaml', providerKinds)],
  entry: [exampleOf('ledger-entry'), (bytes) => parseEntry(bytes, 'grants/a.yaml')],
  violation: ['version: 1\n', (bytes) => parseViolation(bytes, 'violations/a.yaml')],
};

describe('any bytes end in a value or in issues, and touch nothing else', () => {
  it.each(Object.entries(DOCUMENTS))('as %s', (_, [sample, parse]) => {
    fc.assert(
      fc.property(hostileBytes([sample]), (bytes) => {
        const before = Buffer.from(bytes).toString('latin1');
        const parsed = parse(bytes);
        if ('issues' in parsed) {
          expect(parsed.issues.length).toBeGreaterThan(0);
          expect(parsed.issues.length).toBeLessThanOrEqual(MOST_ISSUES);
          for (const { message, fix, line, column } of parsed.issues) {
            expect(message.length + fix.length).toBeLessThan(MOST_CHARACTERS_A_MESSAGE);
            expect(line >= 1 && column >= 1).toBe(true);
          }
        }
        expect(Buffer.from(bytes).toString('latin1')).toBe(before);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      RUNS,
    );
  });
});

const signer = signerFromPrivateKey(newPrivateKey('fuzz'));
const draft = {
  tree: 'a'.repeat(40) as Oid,
  parent: 'b'.repeat(40) as Oid,
  subject: 'grant: 2026/11/a',
  at: '2026-11-22T12:00:00Z' as Instant,
};
const unsigned = unsignedCommit(draft);
/** As it stands in a commit. */
const armor = (await signSsh(unsigned, signer)).trimEnd();
const commit = signedCommit(unsigned, armor);
const tree = Buffer.concat([
  Buffer.from('100644 a.yaml\0'),
  Buffer.alloc(20, 7),
  Buffer.from('40000 b\0'),
  Buffer.alloc(20, 9),
]);
const diff = `:100644 000000 ${'a'.repeat(40)} ${'0'.repeat(40)} D\0a b.yaml\0`;
const comment = {
  id: 1,
  pullRequest: 1,
  author: { login: 'alice' as Login, id: 1 },
  authorType: 'User',
  createdAt: '2026-11-22T12:00:00Z' as Instant,
  updatedAt: '2026-11-22T12:00:00Z' as Instant,
};
const before = { head: 'b'.repeat(40) as Oid, key: signer.publicKey };

/** What reads bytes that somebody else wrote: each answers, or throws a fault that says what happens next. */
const READERS: Readonly<
  Record<string, readonly [sample: string | Uint8Array, read: (bytes: Buffer) => unknown]>
> = {
  'a commit': [commit, parseCommit],
  'a ledger commit': [commit, readLedgerObject],
  'a commit in its place': [commit, (bytes) => checkCommit('c'.repeat(40) as Oid, bytes, before)],
  'co-authors': ['x\n\nCo-authored-by: Bob <bob@example.com>\n', (bytes) => coAuthorEmails(text(bytes))],
  'a tree': [tree, (bytes) => parseTree(bytes)],
  'a list of changes': [diff, parseRawDiff],
  'an SSH signature': [armor, (bytes) => signedBy(unsigned, text(bytes))],
  'a public key': [signer.publicKey, (bytes) => parsePublicKey(text(bytes))],
  'a private key': [newPrivateKey('a'), (bytes) => signerFromPrivateKey(text(bytes))],
  'a webhook': [
    JSON.stringify({
      action: 'opened',
      number: 1,
      pull_request: {},
      repository: { id: 1 },
      installation: { id: 2 },
      sender: { login: 'a' },
    }),
    (bytes) => {
      const payload = parsePayload(text(bytes));
      return payload === undefined
        ? undefined
        : [
            hasShapeOf('pull_request', payload),
            isPinned({ repositoryId: 1, installationId: 2 }, payload),
            isOwn('a', payload),
          ];
    },
  ],
  'a comment': ['/hallpass revoke\nplease', (bytes) => commandOf({ ...comment, body: text(bytes) })],
  'a cursor': [`${'a'.repeat(40)}\n`, (bytes) => parseCursor(text(bytes))],
  'a path of the ledger': ['grants/2026/11/a.yaml', (bytes) => ledgerPath(text(bytes))],
  'a subject': ['end: 3 grants', (bytes) => [isLedgerSubject(text(bytes)), rotatedKey(text(bytes))]],
  'a request id': ['2026/11/alice', (bytes) => parseRequestId(text(bytes))],
  'a duration': ['4h', (bytes) => parseDuration(text(bytes))],
  'an instant': ['2026-11-22T12:00:00Z', (bytes) => parseInstant(text(bytes))],
  'code owners': ['/.github/** @acme/a\n', (bytes) => ownsPath(text(bytes), '.github/access/policy.yaml')],
};

describe('any bytes end in an answer or in a fault', () => {
  it.each(Object.entries(READERS))('as %s', (_, [sample, read]) => {
    fc.assert(
      fc.property(hostileBytes([sample]), (bytes) => {
        try {
          read(Buffer.from(bytes));
        } catch (error) {
          if (!isFault(error)) throw error;
        }
      }),
      RUNS,
    );
  });

  it('of git, however it is cut into pieces: each question gets the answer it would get in one piece', () => {
    const blob = (content: string) => `${'a'.repeat(40)} blob ${Buffer.byteLength(content)}\n${content}\n`;
    const stream = `${blob('one\ntwo')}${'b'.repeat(40)} missing\n${blob('')}${blob('\n\n')}`;
    const answers = (pieces: readonly Buffer[]) => {
      const got: unknown[] = [];
      const waiting = Array.from({ length: 4 }, () => ({
        resolve: (answer: unknown) => void got.push(answer),
        reject() {},
      }));
      const take = answerReader(true, waiting);
      for (const piece of pieces) take(piece);
      return got;
    };
    const whole = answers([Buffer.from(stream)]);
    expect(whole).toHaveLength(4);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
        expect(answers(at.slice(1).map((end, index) => Buffer.from(stream.slice(at[index], end))))).toEqual(
          whole,
        );
      }),
      RUNS,
    );
    fc.assert(
      fc.property(hostileBytes([stream]), (bytes) => {
        expect(answers([Buffer.from(bytes)]).length).toBeLessThanOrEqual(4);
      }),
      RUNS,
    );
  });

  it('a signature of something else, or with any other bytes in it, is nobody’s', () => {
    expect(signedBy(unsigned, armor)).toBe(signer.publicKey);
    fc.assert(
      fc.property(hostileBytes([armor]), (bytes) => {
        const said = text(bytes);
        expect(signedBy(unsigned, said)).toBe(said === armor ? signer.publicKey : undefined);
      }),
      RUNS,
    );
  });
});
