import { renameSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openRepository } from '../../../src/adapters/git/repository.js';
import type { Oid } from '../../../src/core/approval.js';
import type { RequestId } from '../../../src/core/request.js';
import { addSeconds, type Instant } from '../../../src/core/time.js';
import { bareRemote, commit, git, ledgerOn, mirrorOf, sampleEntry } from './world.js';

const NOBODY = 'f'.repeat(40) as Oid;
const AWAY = { code: 'remote_missing' };

/** A remote that can be out of reach: whoever looks at it then fails. */
function awayable() {
  const remote = bareRemote();
  return {
    remote,
    away: () => renameSync(remote, `${remote}.away`),
    back: () => renameSync(`${remote}.away`, remote),
  };
}

describe('a pull request whose heads somebody has named', () => {
  async function fetched() {
    const { remote, ...way } = awayable();
    const base = commit(remote, { 'README.md': '1' });
    const head = commit(remote, { a: '1' }, { branch: 'topic', parents: [base] });
    git(remote, ['update-ref', 'refs/pull/7/head', head]);
    const repository = openRepository(await mirrorOf(remote), 'main');
    await repository.fetchFirst(7);
    return { remote, ...way, base, head, repository };
  }

  it('is not looked for where both are here, and is where either is not', async () => {
    const { away, base, head, repository } = await fetched();
    away();
    await repository.fetchNamed({ number: 7, head, branch: base });
    // Something of it was fetched before, so it is for who knows its head to say whether that is enough.
    await repository.fetchFirst(7);
    await expect(repository.fetchNamed({ number: 7, head: NOBODY, branch: base })).rejects.toMatchObject(
      AWAY,
    );
    await expect(repository.fetchNamed({ number: 7, head, branch: NOBODY })).rejects.toMatchObject(AWAY);
    await expect(repository.fetchNamed({ number: 8, head, branch: base })).rejects.toMatchObject(AWAY);
    await expect(repository.fetchNamed({ number: 7, head, branch: null })).rejects.toMatchObject(AWAY);
    await expect(repository.fetch([7])).rejects.toMatchObject(AWAY);
    await expect(repository.fetchFirst(8)).rejects.toMatchObject(AWAY);
  });

  it('is brought as the remote has it, whatever was named', async () => {
    const { remote, base, head, repository } = await fetched();
    const next = commit(remote, { 'README.md': '2' });
    const pushed = commit(remote, { a: '2' }, { branch: 'topic' });
    git(remote, ['update-ref', 'refs/pull/7/head', pushed]);
    await repository.fetchNamed({ number: 7, head: NOBODY, branch: next });
    expect(await repository.head()).toBe(next);
    expect(await repository.mergeBase(next, pushed)).toBe(base);
    expect(await repository.mergeBase(next, NOBODY)).toBeUndefined();
    // An older head that is named is no reason to go back to it.
    await repository.fetchNamed({ number: 7, head, branch: base });
    expect(await repository.head()).toBe(next);
  });
});

describe('a ledger whose head somebody has named', () => {
  const [ALICE, BOB] = ['2026/11/alice', '2026/11/bob'] as RequestId[];
  const entry = (id: RequestId | undefined) => sampleEntry(`${id}`);
  const write = (base: Oid | null, id: RequestId | undefined) => ({
    base,
    subject: `intend: ${id}`,
    entries: [entry(id)],
    violations: [],
  });

  it('is not looked for while that is what was verified last', async () => {
    const { remote, away, back } = awayable();
    const { ledger } = await ledgerOn(remote);
    const head = await ledger.append(write(null, ALICE));
    const snapshot = await ledger.read();
    const before = await ledger.known();
    away();
    expect(await ledger.read(head)).toEqual(snapshot);
    // Ends go by when the remote itself was asked.
    expect(await ledger.known()).toEqual(before);
    for (const named of [NOBODY, null, undefined])
      await expect(ledger.read(named)).rejects.toMatchObject(AWAY);
    back();
    expect(await ledger.read(NOBODY)).toEqual(snapshot);
    expect((await ledger.known())?.asOf).toBe(before?.asOf);
    await ledger.read();
    expect((await ledger.known())?.asOf).toBe(addSeconds(before?.asOf as Instant, 1));
  });

  it('is read as another writer left it, and not as somebody names it late', async () => {
    const remote = bareRemote();
    const { ledger, signer } = await ledgerOn(remote);
    const first = await ledger.append(write(null, ALICE));
    const { ledger: other } = await ledgerOn(remote, { signer });
    await other.read();
    const second = await other.append(write(first, BOB));
    expect((await ledger.read(second)).active.map(({ id }) => id)).toEqual([ALICE, BOB]);
    expect((await ledger.read(first)).head).toBe(second);
  });

  it('is verified all the same: a forged head is no better for being named', async () => {
    const remote = bareRemote();
    const { ledger } = await ledgerOn(remote);
    const head = await ledger.append(write(null, ALICE));
    const forged = commit(remote, { x: '1' }, { branch: 'access-ledger', parents: [`${head}`] });
    const refusal = { fault: 'blocked', code: 'ledger_forged' };
    await expect(ledger.read(forged)).rejects.toMatchObject(refusal);
    await expect(ledger.read(forged)).rejects.toMatchObject(refusal);
    // Nobody names it any more, but it is there.
    await expect(ledger.read()).rejects.toMatchObject(refusal);
    git(remote, ['update-ref', '-d', 'refs/heads/access-ledger']);
    await expect(ledger.read(null)).rejects.toMatchObject({ code: 'ledger_rewritten' });
  });
});
