import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Oid } from '../../../src/core/approval.js';
import { FINDINGS } from '../../../src/core/audit/finding.js';
import type { Entry } from '../../../src/core/grant.js';
import { POLICY_PATH } from '../../../src/core/pull-request.js';
import { commit, git, gitBytes } from '../../adapters/git/world.js';
import { bound, EDITS, endedByPolicy, story, withPolicy, written } from './audit-edits.js';
import { orphanStories } from './audit-edits-orphans.js';
import { reviewStories } from './audit-edits-reviews.js';
import { bind, codesOf, copyOf, looseObject, pointTo, sharedHistory } from './audit-pages.js';
import { at, DAVE, decide, evidenceOf, IDS, POLICY, page, requestText } from './audit-story.js';

const history = await sharedHistory(story.repo);
afterAll(() => history.close());

/** Every edited history is a branch of its own in the one repository. */
let made = 0;
function nextBranch(): string {
  made += 1;
  return `edit-${made}`;
}

describe('without the key, every single edit of the history is caught', () => {
  const originals = bound.commits.map((oid) => gitBytes(story.repo, ['cat-file', 'commit', oid]));
  const indices = originals.map((_, index) => index);

  /** Puts commits in a row, with parents that fit and the signatures they had. */
  async function codesOfRow(commits: readonly Buffer[]): Promise<readonly string[]> {
    let before: string | undefined;
    for (const bytes of commits) {
      const parent = before === undefined ? '' : `parent ${before}\n`;
      const text = bytes
        .toString('latin1')
        .replace(/^(tree [0-9a-f]+\n)(?:parent [0-9a-f]+\n)*/, `$1${parent}`);
      before = looseObject(story.repo, 'commit', Buffer.from(text, 'latin1'));
    }
    const ledgerBranch = nextBranch();
    pointTo(story.repo, ledgerBranch, `${before}`);
    return codesOf(story.repo, { history, ledgerBranch });
  }

  it('and without an edit there is nothing to catch', async () => {
    expect(await codesOfRow(originals)).toEqual([]);
  });

  it.each(indices.slice(0, -1))('dropping commit %i', async (index) => {
    expect(await codesOfRow(originals.toSpliced(index, 1))).toContain('unsigned');
  });

  it.each(indices)('repeating commit %i', async (index) => {
    expect(await codesOfRow(originals.toSpliced(index, 0, originals[index]!))).toContain('unsigned');
  });

  it.each(indices.slice(0, -1))('swapping commit %i with the next', async (index) => {
    const [one, two] = [originals[index]!, originals[index + 1]!];
    expect(await codesOfRow(originals.toSpliced(index, 2, two, one))).toContain('unsigned');
  });

  it.each(indices)('giving commit %i the files of another', async (index) => {
    const other = treeIdOf(originals[(index + 5) % originals.length]!);
    const text = originals[index]!.toString('latin1').replace(treeIdOf(originals[index]!), other);
    expect(await codesOfRow(originals.with(index, Buffer.from(text, 'latin1')))).toContain('unsigned');
  });

  it('changing any one byte of a commit', async () => {
    const index = 4;
    const bytes = originals[index]!;
    // What names other objects breaks the history itself; that is another test's.
    const from = bytes.indexOf('author');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: from, max: bytes.length - 1 }), async (at) => {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ 1;
        const codes = await codesOfRow(originals.with(index, flipped));
        expect(codes.length).toBeGreaterThan(0);
      }),
      { numRuns: 25 },
    );
  });

  it('putting another object behind an id', async () => {
    const repo = copyOf(story.repo);
    const oid = git(repo, ['rev-parse', 'access-ledger:grants/2026/11/alice.yaml']);
    const other = git(repo, ['rev-parse', 'access-ledger:cursor']);
    const fileOf = (name: string) => join(repo, 'objects', name.slice(0, 2), name.slice(2));
    chmodSync(fileOf(oid), 0o644);
    writeFileSync(fileOf(oid), readFileSync(fileOf(other)));
    expect(await codesOf(repo)).toContain('damaged_objects');
  });
});

function treeIdOf(bytes: Buffer): string {
  return bytes.toString('latin1', 5, 45);
}

describe('an object that is not what its id says', () => {
  it('is not believed, even where nothing else looks', async () => {
    const repo = copyOf(story.repo);
    const genuine = bound.commits.at(-1)!;
    // As well signed, at the same place, but another.
    const pages = story.pages.with(-1, { ...story.pages.at(-1)!, subject: 'end: 99 grants' });
    const other = (await bind(repo, pages, { bound, branch: 'other' })).at(-1)!;
    const fileOf = (name: string) => join(repo, 'objects', name.slice(0, 2), name.slice(2));
    writeFileSync(fileOf(genuine), readFileSync(fileOf(other)));
    const blind = await sharedHistory(repo);
    expect(await codesOf(repo, { history: blind })).toContain('unsigned');
    await blind.close();
    expect(await codesOf(repo)).toContain('damaged_objects');
  });
});

describe('with the key, every single false statement is caught', () => {
  it.each(EDITS)('%s: %s', async (_name, code, { pages, making }) => {
    const ledgerBranch = nextBranch();
    const options = { bound, making: making?.() ?? {}, branch: ledgerBranch };
    await bind(story.repo, pages?.() ?? story.pages, options);
    expect(await codesOf(story.repo, { history, ledgerBranch })).toContain(code);
  });

  it.each([...orphanStories(story), ...reviewStories(story)])('but not %s', async (_name, pages) => {
    const ledgerBranch = nextBranch();
    await bind(story.repo, pages(), { bound, branch: ledgerBranch });
    expect(await codesOf(story.repo, { history, ledgerBranch })).toEqual([]);
  });

  it('but not an end by policy that says why, and by which documents', async () => {
    const ledgerBranch = nextBranch();
    const { control } = written(3, IDS.dave).decision;
    await bind(story.repo, endedByPolicy({ code: 'subject_not_in_group', control }), {
      bound,
      branch: ledgerBranch,
    });
    expect(await codesOf(story.repo, { history, ledgerBranch })).toEqual([]);
  });

  it('and no finding is without an edit that brings it up', () => {
    const elsewhere = [
      'replace_refs',
      'grafts',
      'shallow',
      'alternates',
      'damaged_objects',
      'rolled_back',
      'id_reused',
    ];
    const covered = new Set([...EDITS.map(([, code]) => code), ...elsewhere]);
    expect(Object.keys(FINDINGS).filter((code) => !covered.has(code))).toEqual([]);
  });

  it('an id used again', async () => {
    const repo = copyOf(story.repo);
    const path = 'access-requests/2026/11/22/dave.yaml';
    const parent = git(repo, ['rev-parse', 'main']) as Oid;
    const again = commit(repo, { [path]: requestText({ subject: 'dave' }) }, { parents: [parent] });
    const byDave = { requester: DAVE, subject: DAVE, contributors: [DAVE], pushers: [DAVE] };
    const entry = decide(
      repo,
      { id: IDS.dave, content: requestText({ subject: 'dave' }), commit: again, parent },
      evidenceOf(9, at(100), byDave),
    );
    const pages = story.pages.map((one) => ({
      ...one,
      writes: new Map([...one.writes].filter(([name]) => !name.includes('dave'))),
    }));
    await bind(repo, [...pages, page('intend: 1', [entry], { cursor: again })]);
    expect(await codesOf(repo)).toContain('id_reused');
  });

  it('a policy that changed with the pull request that needed it', async () => {
    const repo = copyOf(story.repo);
    const parent = git(repo, ['rev-parse', 'main']) as Oid;
    const content = requestText();
    const landed = commit(
      repo,
      { 'access-requests/2026/11/sly.yaml': content, [POLICY_PATH]: `${POLICY}# lax\n` },
      { parents: [parent] },
    );
    const entry = decide(
      repo,
      { id: '2026/11/sly' as Entry['id'], content, commit: landed, parent },
      evidenceOf(9, at(100)),
    );
    const sly = withPolicy(`${POLICY}# lax\n`, repo)(entry);
    await bind(repo, [...story.pages, page('intend: 1', [sly], { cursor: landed })], { bound });
    expect(await codesOf(repo)).toContain('control_mismatch');
  });
});
