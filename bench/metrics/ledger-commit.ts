import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { entryPath, markerPath } from '../../src/core/audit/layout.js';
import { commitStream, openImporter } from '../ledger/fast-import.js';
import { copyOf, entryOf, git, idAt, type LaidOut, layOut, textOf } from '../ledger/lay-out.js';
import { openOurs } from '../ledger/ours.js';
import { pastsOf, sizeInWords } from '../ledger/sizes.js';
import { compare, elapsed } from '../measure.js';
import type { Figure, Metric } from '../metric.js';

const TURNS = 40;

/**
 * One new entry in one signed commit, against a raw `git fast-import` that runs all the time and makes a checkpoint for each. Then the same with
 * the push, against that and a raw `git push`.
 */
export const ledgerCommit: Metric = {
  name: 'ledger.commit1',
  async measure({ folder, large }) {
    const figures: Figure[] = [];
    for (const past of pastsOf({ large })) {
      const at = join(folder, sizeInWords(past));
      const laidOut = await layOut(at, { past, active: 1_000 });
      figures.push(...(await commits(at, { laidOut, past, pushes: false })));
      if (past === 100_000) figures.push(...(await commits(at, { laidOut, past, pushes: true })));
    }
    return figures;
  },
};

interface Setting {
  readonly laidOut: LaidOut;
  readonly past: number;
  readonly pushes: boolean;
}

async function commits(folder: string, { laidOut, past, pushes }: Setting): Promise<readonly Figure[]> {
  const name = `${pushes ? 'push' : 'local'}`;
  const own = await openOurs(join(folder, `ours-${name}`), laidOut, pushes ? {} : { pushes: 'nowhere' });
  const raw = copyOf(laidOut.gitDir, join(folder, `floor-${name}.git`));
  const rawRemote = copyOf(laidOut.gitDir, join(folder, `floor-${name}-remote.git`));
  const importer = openImporter(raw);
  // Each after those that are there, on the same day.
  const next = { ours: past, floor: past };
  const take = (who: 'ours' | 'floor') => {
    next[who] += 1;
    return idAt(next[who] - 1, past);
  };
  let base = laidOut.head;
  const before = bytesIn(own.gitDir);
  const { ratio, spread, ours, floor } = await compare(
    TURNS,
    () => {
      const entries = [entryOf(take('ours'))];
      return elapsed(async () => {
        const batch = { base, subject: 'intend: 1', entries, violations: [] };
        base = (await own.ledger.append(batch)) ?? base;
      });
    },
    () => {
      const id = take('floor');
      const from = id === idAt(past, past) ? laidOut.head : undefined;
      const stream = commitStream(
        [
          [entryPath(id), textOf(id, 'active')],
          [markerPath(id, 'flat'), ''],
        ],
        from,
      );
      return elapsed(async () => {
        await importer.commit(stream);
        if (pushes) git(raw, ['push', '--quiet', rawRemote, 'refs/bench/floor:refs/heads/access-ledger']);
      });
    },
  );
  const growth = (bytesIn(own.gitDir) - before) / (TURNS + 1) / 1_024;
  await importer.close();
  own.mirror.close();
  const at = `@${sizeInWords(past)}${pushes ? '.pushed' : ''}`;
  const below = `${floor.toFixed(1)} ms (ours ${ours.toFixed(1)} ms)`;
  return [
    {
      name: `ledger.commit1${at}`,
      value: ratio,
      unit: '×',
      floor: `raw \`git fast-import\` with a checkpoint${pushes ? ' and `git push`' : ''}, ${below}`,
      ...(pushes ? {} : { target: { atMost: 2 } }),
      spread,
    },
    ...(pushes
      ? []
      : [
          {
            name: `ledger.commit1.growth${at}`,
            value: growth,
            unit: 'KB',
            floor: 'what a commit adds to the disk before maintenance',
            target: { atMost: 100 },
          },
        ]),
  ];
}

/** As the disk counts them, blocks half filled included. */
function bytesIn(folder: string): number {
  return Number(execFileSync('du', ['-s', '--block-size=1', folder]).toString().split('\t')[0]);
}
