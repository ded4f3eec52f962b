import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLedgerObject } from '../../src/adapters/git/chain.js';
import { newPrivateKey, signerFromPrivateKey } from '../../src/adapters/git/ssh-key.js';
import { writeYear } from '../../test/support/year/write.js';
import { compare, cpuHere, cpuOf } from '../measure.js';
import type { Figure, Metric } from '../metric.js';

/** Grants; each is about three commits of the ledger. */
const USUAL = 500;
const LARGE = 10_000;

/** Everything that is proved of a ledger, against reading it with git and checking its signatures. */
export const auditVerify: Metric = {
  name: 'audit.verify',
  async measure({ folder, large }) {
    const figures: Figure[] = [];
    for (const grants of large ? [USUAL, LARGE] : [USUAL]) figures.push(...(await at(grants, folder)));
    return figures;
  },
};

async function at(grants: number, folder: string): Promise<readonly Figure[]> {
  const repo = join(folder, `year-${grants}.git`);
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', repo]);
  const signer = signerFromPrivateKey(newPrivateKey('bench'));
  await writeYear(repo, signer, { grants, policies: 50 });
  const signers = join(folder, 'allowed_signers');
  writeFileSync(signers, `hallpass@users.noreply.github.com namespaces="git" ${signer.publicKey}\n`);
  const git = (args: readonly string[], input = '') =>
    execFileSync('git', ['--git-dir', repo, ...args], { maxBuffer: 1 << 30, input });
  const commits = git(['rev-list', 'access-ledger']).toString().trim().split('\n');
  const log = ['log', '--raw', '--no-renames', '--no-abbrev', '--format=%H'];
  const named = git([...log, 'access-ledger', 'main'])
    .toString()
    .matchAll(/ ([0-9a-f]{40}) [AM]\t/g);
  const objects = join(folder, 'objects');
  writeFileSync(objects, [...commits, ...[...named].map(([, id]) => id), ''].join('\n'));
  const bytes = contentsOf(git(['cat-file', '--batch'], `${commits.join('\n')}\n`));
  const reading = `git --git-dir '${repo}' ${log.join(' ')} access-ledger && git --git-dir '${repo}' ${log.join(' ')} main`;
  const floor = () =>
    cpuOf(['bash', '-c', `${reading} && git --git-dir '${repo}' cat-file --batch <'${objects}'`]) +
    cpuHere(() => {
      for (const one of bytes) readLedgerObject(one);
    });
  const verify = ['dist/cli/main.js', 'audit', 'verify', '--repo', repo, '--signers', signers];
  const compared = await compare(3, () => cpuOf([process.execPath, ...verify]), floor);
  return [
    {
      name: `audit.verify@${grants}`,
      value: compared.ratio,
      unit: '× CPU',
      floor: `\`git log --raw\`, \`cat-file --batch\` and the signatures, ${compared.floor.toFixed(0)} ms`,
      target: { atMost: 1.3 },
      spread: compared.spread,
    },
    {
      name: `audit.verify.rss@${grants}`,
      value: peakMegabytes(folder, verify),
      unit: 'MB',
      floor: 'reported for its growth',
    },
  ];
}

/** Of the process alone, at its largest; what git takes does not grow with us. */
function peakMegabytes(folder: string, argv: readonly string[]): number {
  const tell = join(folder, 'tell.cjs');
  writeFileSync(tell, "process.on('exit', () => process._rawDebug('peak', process.resourceUsage().maxRSS));");
  const { stderr } = spawnSync(process.execPath, ['--require', tell, ...argv], { encoding: 'utf8' });
  return Number(/^peak (\d+)$/m.exec(stderr)?.[1]) / 1_024;
}

/** What `git cat-file --batch` prints of commits, one by one. */
function contentsOf(batch: Buffer): readonly Buffer[] {
  const contents: Buffer[] = [];
  for (let at = 0; at < batch.length; ) {
    const line = batch.indexOf(10, at);
    const size = Number(batch.toString('latin1', at, line).split(' ')[2]);
    contents.push(batch.subarray(line + 1, line + 1 + size));
    at = line + size + 2;
  }
  return contents;
}
