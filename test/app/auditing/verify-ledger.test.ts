import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rotationSubject } from '../../../src/core/audit/subject.js';
import { applyEvent } from '../../../src/core/lifecycle/grant.js';
import { git, newSigner, scratch } from '../../adapters/git/world.js';
import { bound, story, written } from './audit-edits.js';
import { bind, codesOf, copyOf, pointTo, SIGNER, verify } from './audit-pages.js';
import { at, IDS, type Page, page } from './audit-story.js';

describe('a ledger as the app writes it', () => {
  it('is clean, from a bare repository and from a clone', async () => {
    const result = await verify(story.repo);
    expect(result).toMatchObject({ kind: 'verified', findings: [], head: bound.commits.at(-1) });
    expect(result).toHaveProperty('counts', { commits: story.pages.length, entries: 5, live: 1 });
    const clone = join(scratch(), 'clone');
    execFileSync('git', ['clone', '--quiet', story.repo, clone], { stdio: 'ignore' });
    expect(await codesOf(clone)).toEqual([]);
  });

  it('is clean after it was handed over to another key', async () => {
    const next = newSigner();
    const pages = [
      ...story.pages,
      { subject: rotationSubject(next.publicKey), writes: new Map() },
      longerEnds(),
    ];
    const repo = copyOf(story.repo);
    await bind(repo, pages, { bound, making: { [pages.length - 1]: { signer: next } } });
    expect(await codesOf(repo)).toEqual([]);
    await bind(repo, pages, { bound });
    expect(await codesOf(repo)).toEqual(['foreign_key']);
  });

  it('has to contain what it was seen to contain', async () => {
    const repo = copyOf(story.repo);
    const last = bound.commits.at(-1)!;
    expect(await codesOf(repo, { contains: last })).toEqual([]);
    pointTo(repo, 'access-ledger', bound.commits.at(-2)!);
    expect(await codesOf(repo)).toEqual([]);
    expect(await codesOf(repo, { contains: last })).toEqual(['rolled_back']);
  });

  it('has to have led through a checkpoint, at its place', async () => {
    const [head, before] = [bound.commits.at(-1)!, bound.commits.at(-2)!];
    const seen = { branch: 'access-ledger', head, commits: bound.commits.length, at: at(0) };
    expect(await codesOf(story.repo, { checkpoint: seen })).toEqual([]);
    expect(await codesOf(story.repo, { checkpoint: { ...seen, head: before } })).toEqual(['rolled_back']);
    expect(await codesOf(story.repo, { checkpoint: { ...seen, commits: 13 } })).toEqual(['rolled_back']);
    expect(await codesOf(story.repo, { checkpoint: { ...seen, head: before, commits: 13 } })).toEqual([]);
  });

  it('cannot be verified without a ledger, signers, or the default branch', async () => {
    expect(await codesOf(story.repo, { ledgerBranch: 'nothing' })).toEqual(['no_ledger']);
    expect(await codesOf(story.repo, { defaultBranch: 'nothing' })).toEqual(['no_default_branch']);
    expect(await codesOf(story.repo, { signers: '# nobody\n' })).toEqual(['no_signers']);
    const stranger = `x@example.com ${newSigner().publicKey}\n`;
    expect(await codesOf(story.repo, { signers: stranger })).toEqual(['unknown_signer']);
    const another = `h@example.com namespaces="file" ${SIGNER.publicKey}\n${stranger}`;
    expect(await codesOf(story.repo, { signers: another })).toEqual(['unknown_signer']);
  });
});

/** The end of what the story leaves alive. */
function longerEnds(): Page {
  const entry = written(12, IDS.longer);
  const entitlement = entry.holdings[0]?.entitlement ?? '';
  const event = { event: 'ended', at: at(120), reason: 'expired', entitlement } as const;
  return page(`end: ${IDS.longer}`, [applyEvent(entry, event)]);
}

describe('a copy that is no proof', () => {
  it.each<[string, (repo: string) => void]>([
    ['replace_refs', (repo) => git(repo, ['replace', bound.commits[2]!, bound.commits[1]!])],
    [
      'grafts',
      (repo) => {
        mkdirSync(join(repo, 'info'), { recursive: true });
        writeFileSync(join(repo, 'info/grafts'), `${bound.commits[3]!} ${bound.commits[1]!}\n`);
      },
    ],
    ['shallow', (repo) => writeFileSync(join(repo, 'shallow'), `${bound.commits[3]!}\n`)],
    ['alternates', (repo) => appendFileSync(join(repo, 'objects/info/alternates'), '/nowhere/objects\n')],
  ])('has %s', async (code, spoil) => {
    const repo = copyOf(story.repo);
    spoil(repo);
    // And nothing else: the spoiled view of the history is not the one that is verified.
    expect(await codesOf(repo)).toEqual([code]);
  });

  it('does not run what its configuration names, and does not believe it', async () => {
    const repo = copyOf(story.repo);
    const touched = join(scratch(), 'touched');
    const script = join(scratch(), 'script');
    writeFileSync(script, `#!/bin/sh\ntouch ${touched}\n`, { mode: 0o755 });
    for (const key of [
      'core.fsmonitor',
      'diff.external',
      'core.pager',
      'gpg.program',
      'core.sshCommand',
      'core.alternateRefsCommand',
    ]) {
      git(repo, ['config', key, script]);
    }
    git(repo, ['config', 'log.showSignature', 'true']);
    git(repo, ['config', 'diff.renames', 'copies']);
    git(repo, ['config', 'core.useReplaceRefs', 'true']);
    expect(await codesOf(repo)).toEqual([]);
    expect(() => readFileSync(touched)).toThrow();
  });
});
