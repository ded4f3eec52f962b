import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loadControl, loadHoldings } from '../../../src/app/control/load-control.js';
import type { Oid } from '../../../src/core/approval.js';
import type { Repository } from '../../../src/ports/repository.js';
import { CATALOG, PEOPLE, POLICY } from '../../../src/sandbox/documents.js';
import { providerKinds } from '../../../src/wire-offline.js';

type Files = Readonly<Record<string, { readonly text: string; readonly mode?: string }>>;

const GOOD: Files = {
  '.github/access/policy.yaml': { text: POLICY },
  '.github/access/catalog.yaml': { text: CATALOG },
  '.github/access/people.yaml': { text: PEOPLE },
};

/** A repository whose commits are named by what lies in them, as git's are. */
function repositoryOf(...trees: readonly Files[]) {
  const oidOf = (text: string): Oid => createHash('sha1').update(text).digest('hex') as Oid;
  const blobs = new Map<string, string>();
  const commits = new Map<string, Files>();
  for (const tree of trees) {
    commits.set(oidOf(JSON.stringify(tree)), tree);
    for (const { text } of Object.values(tree)) blobs.set(oidOf(text), text);
  }
  const read: Oid[] = [];
  const repository = {
    file: async (commit: Oid, path: string) => {
      const found = commits.get(commit)?.[path];
      return found && { mode: found.mode ?? '100644', oid: oidOf(found.text) };
    },
    read: async (blob: Oid) => {
      read.push(blob);
      return Buffer.from(blobs.get(blob) ?? '');
    },
  };
  const deps = { repository: repository as unknown as Repository, kinds: new Map(providerKinds) };
  return { deps, read, at: (tree: Files): Oid => oidOf(JSON.stringify(tree)) };
}

describe('control documents', () => {
  it('are read once for each version, whatever commit has it', async () => {
    const later = { ...GOOD, 'README.md': { text: 'x' } };
    const { deps, read, at } = repositoryOf(GOOD, later);
    const first = await loadControl(deps, at(GOOD));
    expect(first).toMatchObject({ control: { policy: { rules: expect.anything() } } });
    expect(read).toHaveLength(3);
    expect(await loadControl(deps, at(later))).toEqual(first);
    expect(await loadHoldings(deps, at(later))).toBeDefined();
    expect(read).toHaveLength(3);
  });

  it('say what their own version says, one change at a time, and each by its own place and mode', async () => {
    const changed: readonly Files[] = Object.keys(GOOD).flatMap((path) => [
      { ...GOOD, [path]: { text: `${GOOD[path]?.text}# changed\n` } },
      { ...GOOD, [path]: { text: 'version: 2\n' } },
      { ...GOOD, [path]: { text: GOOD[path]?.text ?? '', mode: '120000' } },
      { ...GOOD, [path]: { text: GOOD['.github/access/people.yaml']?.text ?? '' } },
      Object.fromEntries(Object.entries(GOOD).filter(([name]) => name !== path)),
    ]);
    const { deps, at } = repositoryOf(GOOD, ...changed);
    for (const tree of [...changed, GOOD, ...changed]) {
      const anew = repositoryOf(tree);
      expect(await loadControl(deps, at(tree))).toEqual(await loadControl(anew.deps, at(tree)));
    }
  });

  it('are read again with other kinds of targets, and after a fault', async () => {
    const { deps, read, at } = repositoryOf(GOOD);
    expect('control' in (await loadControl(deps, at(GOOD)))).toBe(true);
    expect(await loadControl({ ...deps, kinds: new Map() }, at(GOOD))).toHaveProperty('issues');
    const kinds = new Map(providerKinds);
    const broken = { ...deps.repository, read: () => Promise.reject(new Error('away')) };
    await expect(loadControl({ repository: broken, kinds }, at(GOOD))).rejects.toThrow('away');
    const before = read.length;
    expect('control' in (await loadControl({ ...deps, kinds }, at(GOOD)))).toBe(true);
    expect(read.length).toBe(before + 3);
  });
});
