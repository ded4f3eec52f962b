import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { signedCommit, unsignedCommit } from '../../../src/adapters/git/commit.js';
import { openLedger } from '../../../src/adapters/git/ledger.js';
import type { LedgerCodec } from '../../../src/adapters/git/ledger-codec.js';
import { allowedSignersLine } from '../../../src/adapters/git/ssh-key.js';
import { signSsh } from '../../../src/adapters/git/ssh-signature.js';
import type { Oid } from '../../../src/core/approval.js';
import type { Violation } from '../../../src/core/grant.js';
import type { RequestId } from '../../../src/core/request.js';
import type { Instant } from '../../../src/core/time.js';
import { Retry } from '../../../src/ports/fault.js';
import type { LedgerBatch } from '../../../src/ports/ledger.js';
import {
  bareRemote,
  commit,
  git,
  jsonCodec,
  ledgerOn,
  mirrorOf,
  newSigner,
  sampleEntry,
  scratch,
  tickingClock,
  treeWith,
} from './world.js';

const ALICE = '2026/11/alice' as RequestId;
const BOB = '2026/11/22/bob' as RequestId;
const CURSOR = 'c'.repeat(40) as Oid;
const LEDGER = 'refs/heads/access-ledger';

function batch(base: Oid | null, more: Partial<LedgerBatch> = {}): LedgerBatch {
  return { base, subject: 'grant: 2026/11/alice', entries: [], violations: [], ...more };
}

describe('a ledger', () => {
  it('does not exist before the first append, which says what the branch is', async () => {
    const remote = bareRemote();
    const { ledger } = await ledgerOn(remote);
    expect(await ledger.read()).toEqual({ head: null, cursor: null, active: [] });
    expect(await ledger.append(batch(null))).toBeNull();
    const head = await ledger.append(batch(null, { entries: [sampleEntry(ALICE)], cursor: CURSOR }));
    expect(git(remote, ['rev-parse', LEDGER])).toBe(head);
    expect(git(remote, ['ls-tree', '-r', '--name-only', LEDGER]).split('\n')).toEqual([
      'README.md',
      'active/2026/11/alice',
      'cursor',
      'grants/2026/11/alice.yaml',
    ]);
    expect(git(remote, ['show', `${LEDGER}:cursor`])).toBe(CURSOR);
    expect(await ledger.read()).toEqual({
      head,
      cursor: CURSOR,
      active: [{ id: ALICE, entry: sampleEntry(ALICE) }],
    });
  });

  it('writes one commit however much changes, with nothing but fixed words and ids in its message (T120)', async () => {
    const remote = bareRemote();
    const { ledger } = await ledgerOn(remote);
    const entries = Array.from({ length: 50 }, (_, index) => sampleEntry(`2026/11/r${index}`));
    const violation: Violation = {
      version: 1,
      commit: CURSOR,
      at: '2026-12-01T00:00:00Z' as Instant,
      problems: [{ code: 'unapproved_landing', path: 'access-requests/x', message: 'Approved-by: ceo' }],
    };
    await ledger.append(
      batch(null, { subject: 'pass: 50 grants, 1 violations', entries, violations: [violation] }),
    );
    expect(git(remote, ['rev-list', '--count', LEDGER])).toBe('1');
    expect(git(remote, ['log', '-1', '--format=%an <%ae>|%cn|%B', LEDGER])).toBe(
      'Hallpass <hallpass@users.noreply.github.com>|Hallpass|pass: 50 grants, 1 violations',
    );
    expect(git(remote, ['show', `${LEDGER}:violations/2026/12/${CURSOR}.yaml`])).toContain(
      'unapproved_landing',
    );
    git(remote, ['fsck', '--strict']);
    for (const subject of [
      'grant: x y',
      'pass: 1\n\nApproved-by: ceo',
      'pass: [skip ci]',
      'Pass: 1',
      'pass:',
    ]) {
      await expect(ledger.append(batch(null, { subject, entries }))).rejects.toThrow(RangeError);
    }
  });

  it('keeps a marker as long as something lives, and the entry for ever', async () => {
    const remote = bareRemote();
    const { ledger } = await ledgerOn(remote);
    const first = await ledger.append(batch(null, { entries: [sampleEntry(ALICE), sampleEntry(BOB)] }));
    const head = await ledger.append(batch(first, { entries: [sampleEntry(ALICE, 'ended')] }));
    const snapshot = await ledger.read();
    expect(snapshot.active.map(({ id }) => id)).toEqual([BOB]);
    expect(git(remote, ['ls-tree', '-r', '--name-only', `${head}`, 'active/'])).toBe('active/2026/11/22/bob');
    expect(await ledger.entry(ALICE)).toEqual(sampleEntry(ALICE, 'ended'));
    expect(await ledger.entry('2026/11/nobody' as RequestId)).toBeUndefined();
    expect((await ledger.filedIn(['2026/11', '2026/10'])).map(({ id }) => id).sort()).toEqual([BOB, ALICE]);
    await expect(ledger.filedIn(['../..'])).rejects.toThrow(RangeError);
  });

  it('is signed so that plain git verifies it, given ssh-keygen', async (context) => {
    const remote = bareRemote();
    const { ledger, signer } = await ledgerOn(remote);
    const first = await ledger.append(batch(null, { entries: [sampleEntry(ALICE)] }));
    const second = await ledger.append(batch(first, { cursor: CURSOR, subject: 'cursor: 1' }));
    if (!hasSshKeygen()) context.skip('git verify-commit needs ssh-keygen, which is not here');
    const signers = join(scratch(), 'signers');
    writeFileSync(signers, allowedSignersLine('hallpass@users.noreply.github.com', signer.publicKey));
    for (const head of [first, second]) {
      git(remote, ['-c', `gpg.ssh.allowedSignersFile=${signers}`, 'verify-commit', `${head}`]);
    }
    writeFileSync(signers, allowedSignersLine('hallpass@users.noreply.github.com', newSigner().publicKey));
    expect(() =>
      git(remote, ['-c', `gpg.ssh.allowedSignersFile=${signers}`, 'verify-commit', `${first}`]),
    ).toThrow();
  });

  it('does not write what is there already', async () => {
    const { ledger } = await ledgerOn(bareRemote());
    const entries = [sampleEntry(ALICE)];
    const head = await ledger.append(batch(null, { entries }));
    expect(await ledger.append(batch(head, { entries }))).toBe(head);
    // As after a crash between the push and the note of it.
    expect(await ledger.append(batch(null, { entries }))).toBe(head);
  });

  it('reads an entry again only when it changed', async () => {
    const parsed: string[] = [];
    const codec: LedgerCodec = {
      ...jsonCodec,
      parseEntry(bytes, path) {
        parsed.push(path);
        return jsonCodec.parseEntry(bytes, path);
      },
    };
    const { ledger } = await ledgerOn(bareRemote(), { codec });
    const head = await ledger.append(batch(null, { entries: [sampleEntry(ALICE), sampleEntry(BOB)] }));
    await ledger.read();
    await ledger.append(batch(head, { entries: [{ ...sampleEntry(BOB), breakGlass: true }] }));
    await ledger.read();
    await ledger.read();
    await ledger.filedIn(['2026/11']);
    await ledger.filedIn(['2026/11']);
    expect(parsed.sort()).toEqual([
      'grants/2026/11/22/bob.yaml',
      'grants/2026/11/22/bob.yaml',
      'grants/2026/11/alice.yaml',
    ]);
  });
});

describe('what a ledger does not believe', () => {
  it('an entry that is no plain file, also where the same bytes lie elsewhere as one', async () => {
    const remote = bareRemote();
    const { ledger, signer } = await ledgerOn(remote);
    const head = await ledger.append(batch(null, { entries: [sampleEntry(ALICE)] }));
    expect((await ledger.read()).active[0]).toHaveProperty('entry');
    const oid = git(remote, ['rev-parse', `${head}:grants/2026/11/alice.yaml`]);
    const tree = treeWith(remote, `${head}`, { 'grants/2026/11/alice.yaml': { mode: '100755', oid } }) as Oid;
    const draft = { tree, parent: head, at: '2026-12-01T00:00:00Z' as Instant, subject: 'end: 1' };
    const input = signedCommit(unsignedCommit(draft), await signSsh(unsignedCommit(draft), signer));
    const next = git(remote, ['hash-object', '-t', 'commit', '-w', '--stdin'], { input });
    git(remote, ['update-ref', LEDGER, next]);
    expect((await ledger.read()).active).toEqual([
      { id: ALICE, problem: expect.stringContaining('plain file') },
    ]);
  });

  it('a poisoned entry is one problem, and the others are read (T105)', async () => {
    const remote = bareRemote();
    const codec: LedgerCodec = {
      ...jsonCodec,
      renderEntry: (entry) => (entry.id === BOB ? '{ "version":' : jsonCodec.renderEntry(entry)),
      parseEntry(bytes, path) {
        if (path.includes('bob')) throw new Error('a bug in the parser');
        return jsonCodec.parseEntry(bytes, path);
      },
    };
    const { ledger } = await ledgerOn(remote, { codec });
    await ledger.append(batch(null, { entries: [sampleEntry(ALICE), sampleEntry(BOB)] }));
    const { active } = await ledger.read();
    expect(active.find(({ id }) => id === ALICE)).toHaveProperty('entry');
    expect(active.find(({ id }) => id === BOB)).toHaveProperty('problem');
    await expect(ledger.entry(BOB)).rejects.toMatchObject({ code: 'entry_unreadable' });
    await expect(ledger.filedIn(['2026/11'])).rejects.toMatchObject({ code: 'entry_unreadable' });
  });

  it.each([
    [
      'unsigned',
      (remote: string, head: string) => commit(remote, { cursor: `${CURSOR}\n` }, onLedger([head])),
    ],
    [
      'a merge',
      (remote: string, head: string) => {
        const other = commit(remote, { x: '1' }, { branch: 'x', parents: [] });
        return commit(remote, {}, onLedger([head, other]));
      },
    ],
  ])('a commit that is %s (T102, T119)', async (_name, forge) => {
    const remote = bareRemote();
    const { ledger } = await ledgerOn(remote);
    const head = await ledger.append(batch(null, { entries: [sampleEntry(ALICE)] }));
    forge(remote, `${head}`);
    await expect(ledger.read()).rejects.toMatchObject({ fault: 'blocked', code: 'ledger_forged' });
    await expect(ledger.append(batch(head, { entries: [sampleEntry(BOB)] }))).rejects.toMatchObject({
      code: 'ledger_forged',
    });
    // Revocations go by what was verified last.
    expect((await ledger.known())?.snapshot.active.map(({ id }) => id)).toEqual([ALICE]);
  });

  it('a commit with a header the app does not write, however well signed', async () => {
    const remote = bareRemote();
    const { ledger, signer } = await ledgerOn(remote);
    const head = await ledger.append(batch(null, { entries: [sampleEntry(ALICE)] }));
    const tree = git(remote, ['rev-parse', `${head}^{tree}`]) as Oid;
    const plain = unsignedCommit({
      tree,
      parent: head,
      at: '2026-12-01T00:00:00Z' as Instant,
      subject: 'end: 1',
    });
    const odd = Buffer.from(plain.toString().replace('\n\n', '\nencoding latin1\n\n'));
    const input = signedCommit(odd, await signSsh(odd, signer));
    const oid = git(remote, ['hash-object', '-t', 'commit', '-w', '--stdin'], { input });
    git(remote, ['update-ref', LEDGER, oid]);
    await expect(ledger.read()).rejects.toMatchObject({ code: 'ledger_forged' });
  });

  it('another key, also for a reader that has never seen the ledger before', async () => {
    const remote = bareRemote();
    const { ledger, mirror } = await ledgerOn(remote);
    const head = await ledger.append(batch(null, { entries: [sampleEntry(ALICE)] }));
    const intruder = await ledgerOn(remote);
    await expect(intruder.ledger.read()).rejects.toMatchObject({ code: 'ledger_key' });
    await expect(intruder.ledger.append(batch(head, { entries: [sampleEntry(BOB)] }))).rejects.toMatchObject({
      code: 'ledger_key',
    });
    // Our own data with a new key: what was trusted stays readable, so revocations go on; nothing is written.
    const changed = await ledgerOn(remote, { mirror, signer: newSigner() });
    expect((await changed.ledger.read()).head).toBe(head);
    await expect(changed.ledger.append(batch(head, { entries: [sampleEntry(BOB)] }))).rejects.toMatchObject({
      code: 'ledger_key',
    });
  });

  it('that it was set back, removed or replaced, also after a restart (T085, T113)', async () => {
    const remote = bareRemote();
    const { ledger, mirror, signer } = await ledgerOn(remote);
    const first = await ledger.append(batch(null, { entries: [sampleEntry(ALICE)] }));
    const second = await ledger.append(batch(first, { entries: [sampleEntry(BOB)] }));
    const restarted = () => openLedger({ mirror, signer, codec: jsonCodec, clock: tickingClock() });
    const rewritten = { fault: 'blocked', code: 'ledger_rewritten' };

    git(remote, ['update-ref', LEDGER, `${first}`]);
    await expect(restarted().read()).rejects.toMatchObject(rewritten);
    await expect(ledger.read()).rejects.toMatchObject(rewritten);
    git(remote, ['update-ref', '-d', LEDGER]);
    await expect(restarted().read()).rejects.toMatchObject(rewritten);
    const own = await ledgerOn(remote, { signer });
    await own.ledger.append(batch(null, { entries: [sampleEntry(ALICE)] }));
    await expect(restarted().read()).rejects.toMatchObject(rewritten);
    git(remote, ['update-ref', LEDGER, `${second}`]);
    expect((await restarted().read()).head).toBe(second);
  });

  it('a branch set back between the look and the push', async () => {
    const remote = bareRemote();
    const { ledger } = await ledgerOn(remote);
    const first = await ledger.append(batch(null, { entries: [sampleEntry(ALICE)] }));
    const second = await ledger.append(batch(first, { entries: [sampleEntry(BOB)] }));
    git(remote, ['update-ref', LEDGER, `${first}`]);
    await expect(ledger.append(batch(second, { cursor: CURSOR }))).rejects.toMatchObject({
      code: 'ledger_rewritten',
    });
    expect(git(remote, ['rev-parse', LEDGER])).toBe(first);
  });

  it('a note of the last head that cannot be read', async () => {
    const remote = bareRemote();
    const { ledger, mirror } = await ledgerOn(remote);
    await ledger.append(batch(null, { entries: [sampleEntry(ALICE)] }));
    writeFileSync(join(mirror.directory, 'access-ledger.head.json'), '{"head":');
    await expect(ledger.read()).rejects.toMatchObject({ code: 'ledger_head_unreadable' });
  });
});

describe('handing the ledger over to another key', () => {
  it('is recorded, signed by the key before, and the only way', async () => {
    const remote = bareRemote();
    const { ledger, signer: old, mirror } = await ledgerOn(remote);
    const first = await ledger.append(batch(null, { entries: [sampleEntry(ALICE)] }));
    const next = newSigner();
    const rotated = await ledger.rotateKey(next);
    expect(git(remote, ['log', '-1', '--format=%s', LEDGER])).toBe(`rotate-key: ${next.publicKey}`);
    expect(git(remote, ['rev-parse', `${first}^{tree}`])).toBe(
      git(remote, ['rev-parse', `${rotated}^{tree}`]),
    );
    const head = await ledger.append(batch(rotated, { entries: [sampleEntry(BOB)] }));
    expect((await ledgerOn(remote, { signer: next }).then((fresh) => fresh.ledger.read())).head).toBe(head);
    const stale = openLedger({ mirror, signer: old, codec: jsonCodec, clock: tickingClock() });
    await expect(stale.append(batch(head, { cursor: CURSOR }))).rejects.toMatchObject({ code: 'ledger_key' });
  });
});

describe('two writers (T103, T110)', () => {
  it('record everything once, in one line, whatever the interleaving', async () => {
    const remote = bareRemote();
    const { ledger: one, signer } = await ledgerOn(remote);
    const { ledger: two } = await ledgerOn(remote, { signer });
    const each = 10;
    const write = async (ledger: typeof one, name: string) => {
      for (let index = 0; index < each; index += 1) {
        const id = `2026/11/${name}-${index}`;
        const entries = [sampleEntry(id)];
        let done = false;
        while (!done) {
          const { head } = await ledger.read();
          done = await ledger.append(batch(head, { subject: `grant: ${id}`, entries })).then(
            () => true,
            (error) => {
              expect(error).toMatchObject({ code: 'ledger_moved' });
              return false;
            },
          );
        }
      }
    };
    await Promise.all([write(one, 'one'), write(two, 'two')]);
    const { active } = await one.read();
    expect(active).toHaveLength(2 * each);
    expect(git(remote, ['rev-list', '--count', LEDGER])).toBe(String(2 * each));
    expect(git(remote, ['rev-list', '--merges', LEDGER])).toBe('');
    const subjects = git(remote, ['log', '--format=%s', LEDGER]).split('\n');
    expect(new Set(subjects).size).toBe(2 * each);
  });

  it('land side by side what touches different documents, and refuse what touches the same', async () => {
    const remote = bareRemote();
    const { ledger: one, signer } = await ledgerOn(remote);
    const { ledger: two } = await ledgerOn(remote, { signer });
    const base = await one.append(batch(null, { entries: [sampleEntry(ALICE)], cursor: CURSOR }));
    await two.read();
    const first = await one.append(batch(base, { entries: [sampleEntry(BOB)] }));
    const carol = sampleEntry('2026/11/carol');
    const second = await two.append(batch(base, { entries: [carol], cursor: CURSOR }));
    expect(git(remote, ['rev-parse', `${second}^`])).toBe(first);
    expect((await one.read()).active).toHaveLength(3);
    const changed = { ...sampleEntry(BOB), breakGlass: true };
    await expect(two.append(batch(base, { entries: [changed] }))).rejects.toMatchObject({
      code: 'ledger_moved',
    });
    const moved = 'd'.repeat(40) as Oid;
    const third = await one.append(batch(second, { cursor: moved }));
    await expect(two.append(batch(second, { cursor: 'e'.repeat(40) as Oid }))).rejects.toMatchObject({
      code: 'ledger_moved',
    });
    expect((await two.read()).head).toBe(third);
  });
});

describe('when things break', () => {
  it('a push whose answer was lost is found, not repeated', async () => {
    const remote = bareRemote();
    const mirror = await mirrorOf(remote);
    let lost = 1;
    const flaky = {
      ...mirror,
      push: async (...args: Parameters<typeof mirror.push>) => {
        const outcome = await mirror.push(...args);
        if (lost-- > 0) throw new Retry('remote_away', 'the answer was lost');
        return outcome;
      },
    };
    const { ledger } = await ledgerOn(remote, { mirror: flaky });
    const head = await ledger.append(batch(null, { entries: [sampleEntry(ALICE)] }));
    expect(git(remote, ['rev-list', LEDGER])).toBe(head);
  });

  it('a push that is refused for now is tried once, and says when to come back', async () => {
    const remote = bareRemote();
    const mirror = await mirrorOf(remote);
    let pushes = 0;
    const refusing = {
      ...mirror,
      async push(): Promise<never> {
        pushes += 1;
        throw new Retry('remote_away', '503', 60);
      },
    };
    const { ledger } = await ledgerOn(remote, { mirror: refusing });
    const append = ledger.append(batch(null, { entries: [sampleEntry(ALICE)] }));
    await expect(append).rejects.toMatchObject({ code: 'remote_away', after: 60 });
    expect(pushes).toBe(1);
  });

  it('a push whose answer was lost counts, whatever others have written since', async () => {
    const remote = bareRemote();
    const mirror = await mirrorOf(remote);
    const signer = newSigner();
    const { ledger: other } = await ledgerOn(remote, { signer });
    let theirs: Oid | null = null;
    const flaky = {
      ...mirror,
      push: async (...args: Parameters<typeof mirror.push>) => {
        const outcome = await mirror.push(...args);
        if (theirs !== null) return outcome;
        const { head } = await other.read();
        theirs = await other.append(batch(head, { subject: 'cursor: 1', cursor: 'd'.repeat(40) as Oid }));
        throw new Retry('remote_away', 'the answer was lost');
      },
    };
    const { ledger } = await ledgerOn(remote, { mirror: flaky, signer });
    const head = await ledger.append(batch(null, { entries: [sampleEntry(ALICE)], cursor: CURSOR }));
    // Its own commit: what the other one wrote on it is nothing it has seen.
    expect(head).toBe(git(remote, ['rev-parse', `${theirs}^`]));
    expect(git(remote, ['rev-list', '--count', LEDGER])).toBe('2');
  });

  it('a remote that is away is a reason to try again, and what was verified is still known (T104)', async () => {
    const remote = bareRemote();
    const { ledger } = await ledgerOn(remote);
    const head = await ledger.append(batch(null, { entries: [sampleEntry(ALICE)] }));
    rmSync(remote, { recursive: true });
    await expect(ledger.read()).rejects.toMatchObject({ fault: expect.stringMatching(/retry|blocked/) });
    expect((await ledger.known())?.snapshot.head).toBe(head);
    await expect(ledger.append(batch(head, { entries: [sampleEntry(BOB)] }))).rejects.toMatchObject({
      fault: expect.stringMatching(/retry|blocked/),
    });
  });

  it('a refused push says what to allow', async () => {
    const remote = bareRemote();
    writeFileSync(join(remote, 'hooks/pre-receive'), '#!/bin/sh\necho "GH013: rules" >&2; exit 1\n', {
      mode: 0o755,
    });
    const { ledger } = await ledgerOn(remote);
    await expect(ledger.append(batch(null, { entries: [sampleEntry(ALICE)] }))).rejects.toMatchObject({
      fault: 'blocked',
      code: 'remote_refused',
    });
  });

  it('a damaged local copy is made anew, and the trust in the ledger survives it', async () => {
    const remote = bareRemote();
    const { ledger, mirror, signer } = await ledgerOn(remote);
    const head = await ledger.append(batch(null, { entries: [sampleEntry(ALICE)] }));
    const gitDir = join(mirror.directory, 'mirror.git');
    const objects = execFileSync('find', [join(gitDir, 'objects'), '-type', 'f'])
      .toString()
      .trim()
      .split('\n');
    for (const object of objects) {
      execFileSync('chmod', ['u+w', object]);
      truncateSync(object, 0);
    }
    const again = openLedger({
      mirror: await mirrorOf(remote, { directory: mirror.directory }),
      signer,
      codec: jsonCodec,
      clock: tickingClock(),
    });
    const read = await again.read().catch(() => again.read());
    expect(read.head).toBe(head);
    expect(read.active).toHaveLength(1);
    rmSync(gitDir, { recursive: true });
    git(remote, ['update-ref', '-d', LEDGER]);
    await expect(again.read()).rejects.toMatchObject({ code: 'ledger_rewritten' });
  });

  it.each<[string, string, (path: string) => void]>([
    ['a lost document', 'grants/2026/11/alice.yaml', (path) => rmSync(path)],
    ['a document cut short', 'grants/2026/11/alice.yaml', (path) => writeFileSync(path, '')],
    ['a lost folder of markers', 'active/2026', (path) => rmSync(path)],
    ['a folder of markers cut short', 'active/2026', (path) => writeFileSync(path, 'x')],
  ])('%s is never an empty ledger, and is mended', async (_name, path, harm) => {
    const remote = bareRemote();
    const { ledger: before, mirror, signer } = await ledgerOn(remote);
    const head = await before.append(batch(null, { entries: [sampleEntry(ALICE)] }));
    // A process of its own: this one remembers what it wrote.
    mirror.close();
    const restarted = await mirrorOf(remote, { directory: mirror.directory });
    const { ledger } = await ledgerOn(remote, { mirror: restarted, signer });
    const oid = git(remote, ['rev-parse', `${head}:${path}`]);
    const file = join(mirror.directory, 'mirror.git/objects', oid.slice(0, 2), oid.slice(2));
    chmodSync(file, 0o644);
    harm(file);
    await expect(ledger.read()).rejects.toMatchObject({ fault: 'retry' });
    expect((await ledger.read()).active).toHaveLength(1);
  });
});

function onLedger(parents: readonly string[]) {
  return { branch: 'access-ledger', parents };
}

function hasSshKeygen(): boolean {
  try {
    execFileSync('ssh-keygen', ['-?'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
