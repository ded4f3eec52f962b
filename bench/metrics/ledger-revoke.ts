import { join } from 'node:path';
import { entryPath, markerPath } from '../../src/core/audit/layout.js';
import { commitStream, type File, importOnce } from '../ledger/fast-import.js';
import { copyOf, endedEntryOf, git, type LaidOut, layOut, textOf } from '../ledger/lay-out.js';
import { openOurs } from '../ledger/ours.js';
import { pastsOf, sizeInWords } from '../ledger/sizes.js';
import { compare, cpuWithin } from '../measure.js';
import type { Figure, Metric } from '../metric.js';

const ENDS = 1_000;
const TURNS = 7;

/** 1,000 ends in one signed commit, against one raw `git fast-import` of the same files. */
export const ledgerRevoke: Metric = {
  name: 'ledger.revoke1000',
  async measure({ folder, large }) {
    const figures: Figure[] = [];
    for (const past of pastsOf({ large })) {
      const at = join(folder, sizeInWords(past));
      const laidOut = await layOut(at, { past, active: ENDS * (TURNS + 1) });
      figures.push(await revoke(at, laidOut, past));
    }
    return figures;
  },
};

async function revoke(folder: string, laidOut: LaidOut, past: number): Promise<Figure> {
  const { ledger, mirror } = await openOurs(join(folder, 'ours'), laidOut, { pushes: 'nowhere' });
  const raw = copyOf(laidOut.gitDir, join(folder, 'floor.git'));
  const { active, head } = laidOut;
  let base = head;
  let from: string = head;
  const oursNext = inGroups(active);
  const floorNext = inGroups(active);
  const { ratio, spread, ours, floor } = await compare(
    TURNS,
    () => {
      const entries = oursNext().map(endedEntryOf);
      return cpuWithin(async () => {
        const batch = { base, subject: 'end: grants', entries, violations: [] };
        base = (await ledger.append(batch)) ?? base;
      });
    },
    async () => {
      const stream = commitStream(floorNext().flatMap(filesOfEnd), from);
      const took = importOnce(raw, stream);
      from = git(raw, ['rev-parse', 'refs/bench/floor']);
      return took;
    },
  );
  mirror.close();
  return {
    name: `ledger.revoke1000@${sizeInWords(past)}`,
    value: ratio,
    unit: '× CPU',
    floor: `one raw \`git fast-import\` of the same files, ${floor.toFixed(0)} ms (ours ${ours.toFixed(0)} ms)`,
    target: { atMost: 1.5 },
    spread,
  };
}

function filesOfEnd(id: LaidOut['active'][number]): readonly File[] {
  return [
    [entryPath(id), textOf(id, 'ended')],
    [markerPath(id, 'flat'), null],
  ];
}

function inGroups<T>(all: readonly T[]): () => readonly T[] {
  let at = 0;
  return () => {
    at += ENDS;
    return all.slice(at - ENDS, at);
  };
}
