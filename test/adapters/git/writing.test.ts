import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mirror } from '../../../src/adapters/git/mirror.js';
import { newObject } from '../../../src/adapters/git/new-object.js';
import { editTree } from '../../../src/adapters/git/tree-edit.js';
import type { Oid } from '../../../src/core/approval.js';
import { bareRemote, blob, commit, git, mirrorOf, scratch, treeWith } from './world.js';

const MAIN = { remote: 'refs/heads/main', local: 'refs/hallpass/default' };

/** Names that git sorts otherwise than texts are sorted: a folder counts as if it had a slash behind it. */
const PATHS = [
  'a',
  'a.b',
  'a0',
  'b/c',
  'b.c',
  'b0',
  'b/d/e',
  'b/d.e',
  'ä',
  'é/x',
  'Z',
  'x y/z',
  'long'.repeat(30),
];
const writes = fc.dictionary(
  fc.constantFrom(...PATHS),
  fc.option(fc.constantFrom('', '1', 'zwei\n', 'x'.repeat(5_000)), { nil: null }),
  { maxKeys: 6 },
);

const gitDirOf = (mirror: Mirror) => join(mirror.directory, 'mirror.git');

async function edited(mirror: Mirror, base: Oid | undefined, files: Readonly<Record<string, string | null>>) {
  const asked = Object.entries(files).map(
    ([path, text]) => [path, text === null ? null : Buffer.from(text)] as const,
  );
  const { tree, objects } = await editTree(mirror.trees, base, new Map(asked));
  await mirror.write(objects);
  return tree;
}

describe('a tree that was edited', () => {
  it('is the one that git makes, edit after edit', async () => {
    const mirror = await mirrorOf(bareRemote());
    const oracle = bareRemote();
    await fc.assert(
      fc.asyncProperty(fc.array(writes, { minLength: 1, maxLength: 3 }), async (steps) => {
        let ours: Oid | undefined;
        let theirs: string | undefined;
        for (const files of steps) {
          ours = await edited(mirror, ours, files);
          theirs = treeWith(oracle, theirs, files);
          expect(ours).toBe(theirs);
        }
        // What is remembered of it is what would be read.
        const learnt = [...(await mirror.trees.folder(ours as Oid)).keys()];
        const raw = git(gitDirOf(mirror), [
          '-c',
          'core.quotePath=false',
          'ls-tree',
          '--name-only',
          ours as Oid,
        ]);
        expect(learnt).toEqual(raw.split('\n').filter(Boolean));
      }),
      { numRuns: 12 },
    );
    git(gitDirOf(mirror), ['fsck', '--strict', '--no-dangling']);
  });

  it('keeps what lies beside, whatever it is', async () => {
    const remote = bareRemote();
    const text = blob(remote, 'x');
    const odd = Buffer.concat([
      Buffer.from('100755 run\0'),
      Buffer.from(text, 'hex'),
      Buffer.from([...Buffer.from('100644 '), 0xff, 0xfe, 0]),
      Buffer.from(text, 'hex'),
    ]);
    const base = git(remote, ['hash-object', '-t', 'tree', '-w', '--stdin', '--literally'], {
      input: odd,
    }) as Oid;
    const made = git(remote, ['commit-tree', base], { input: 'odd' }) as Oid;
    git(remote, ['update-ref', 'refs/heads/main', made]);
    const mirror = await mirrorOf(remote);
    await mirror.fetch([MAIN]);
    const tree = await edited(mirror, base, { middle: 'y' });
    const lines = git(gitDirOf(mirror), ['ls-tree', tree]).split('\n');
    expect(lines.map((line) => line.split(/[ \t]/)[0])).toEqual(['100644', '100755', '100644']);
    expect(lines[2]).toContain('\\377\\376');
  });
});

describe('objects that are written', () => {
  it.each([1, 100, 101, 1_500])('%i at once can be read by git and by us, and are sound', async (count) => {
    const mirror = await mirrorOf(bareRemote());
    const objects = Array.from({ length: count }, (_, index) =>
      newObject('blob', Buffer.from(`${index}`.repeat((index % 40) * 30 + 1))),
    );
    await mirror.write(objects);
    const gitDir = gitDirOf(mirror);
    for (const { oid, bytes } of [objects[0], objects.at(-1)].filter((one) => one !== undefined)) {
      expect((await mirror.objects.read(oid))?.content).toEqual(Buffer.from(bytes));
    }
    const input = objects.map(({ oid }) => oid).join('\n');
    expect(git(gitDir, ['cat-file', '--batch-check'], { input })).not.toContain('missing');
    git(gitDir, ['fsck', '--full', '--strict', '--no-dangling']);
    const packs = readdirSync(join(gitDir, 'objects/pack'));
    expect(packs).toHaveLength(count > 100 ? 2 : 0);
    for (const pack of packs.filter((name) => name.endsWith('.idx')))
      git(gitDir, ['verify-pack', join(gitDir, 'objects/pack', pack)]);
  });

  it('that cannot be are a reason to try again, and leave no scrap', async () => {
    const mirror = await mirrorOf(bareRemote());
    const objects = join(gitDirOf(mirror), 'objects');
    const made = newObject('blob', Buffer.from('x'));
    writeFileSync(join(objects, made.oid.slice(0, 2)), 'in the way');
    await expect(mirror.write([made])).rejects.toMatchObject({ fault: 'retry', code: 'mirror_unwritable' });
    expect(readdirSync(objects, { recursive: true }).filter((name) => String(name).includes('tmp_'))).toEqual(
      [],
    );
  });

  it('half-way leave scrap that the next start clears away, with locks that maintenance left', async () => {
    const first = await mirrorOf(bareRemote());
    const gitDir = gitDirOf(first);
    const scraps = ['objects/ab/tmp_obj_0123', 'objects/pack/tmp_obj_4567', 'objects/maintenance.lock'];
    mkdirSync(join(gitDir, 'objects/ab'), { recursive: true });
    for (const name of scraps) writeFileSync(join(gitDir, name), 'x');
    await mirrorOf('/nowhere', { directory: first.directory });
    for (const name of scraps) expect(existsSync(join(gitDir, name)), name).toBe(false);
  });

  it('stay what they are through maintenance', async () => {
    const remote = bareRemote();
    const mirror = await mirrorOf(remote);
    const head = commit(remote, { a: '1' });
    await mirror.fetch([MAIN]);
    const made = Array.from({ length: 150 }, (_, index) => newObject('blob', Buffer.from(`${index}`)));
    await mirror.write(made);
    await mirror.write([newObject('blob', Buffer.from('loose'))]);
    for (let run = 0; run < 3; run += 1) await mirror.maintain();
    for (const { oid } of made) expect(await mirror.objects.info(oid)).toBeDefined();
    expect(await mirror.objects.info(newObject('blob', Buffer.from('loose')).oid)).toBeDefined();
    expect(await mirror.ref(MAIN.local)).toBe(head);
    git(gitDirOf(mirror), ['fsck', '--full', '--no-dangling']);
  });
});

describe('refs', () => {
  it('move through one process, again and again, all or none', async () => {
    const remote = bareRemote();
    const [one, two] = [commit(remote, { a: '1' }), commit(remote, { a: '2' })];
    const log = join(scratch(), 'log');
    const mirror = await mirrorOf(remote, {
      environment: { PATH: `${loggingGit(log)}:${process.env.PATH}` },
    });
    await mirror.fetch([MAIN]);
    for (const [x, y] of [
      [one, two],
      [two, one],
    ] as const) {
      await mirror.setRefs(
        new Map([
          ['refs/hallpass/x', x],
          ['refs/hallpass/y', y],
        ]),
      );
      expect(await mirror.ref('refs/hallpass/x')).toBe(x);
      expect(await mirror.ref('refs/hallpass/y')).toBe(y);
    }
    const missing = 'e'.repeat(40) as Oid;
    const half = new Map([
      ['refs/hallpass/x', one],
      ['refs/hallpass/y', missing],
    ]);
    await expect(mirror.setRefs(half)).rejects.toThrow();
    expect(await mirror.ref('refs/hallpass/x')).toBe(two);
    await mirror.setRefs(new Map([['refs/hallpass/x', one]]));
    expect(await mirror.ref('refs/hallpass/x')).toBe(one);
    const started = execFileSync('grep', ['-c', 'update-ref', log]).toString().trim();
    expect(Number(started)).toBe(3);
  });
});

/** A folder with a git that notes how it was called. */
function loggingGit(log: string): string {
  const folder = scratch();
  const real = execFileSync('which', ['git']).toString().trim();
  writeFileSync(join(folder, 'git'), `#!/bin/sh\necho "$*" >>'${log}'\nexec '${real}' "$@"\n`);
  chmodSync(join(folder, 'git'), 0o755);
  return folder;
}
