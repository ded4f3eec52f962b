import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { layOut } from '../ledger/lay-out.js';
import { openOurs } from '../ledger/ours.js';
import { sizeInWords } from '../ledger/sizes.js';
import { type Compared, compare, cpuOf, elapsed, median } from '../measure.js';
import type { Figure, Metric } from '../metric.js';

const ACTIVE = 10_000;
const SIZES = [10_000, 100_000];
const LARGE = 1_000_000;
const TURNS = 5;

/** What a process pays after its start to know all that is active, against git that only finds and reads the same documents. */
export const passCold: Metric = {
  name: 'pass.cold',
  async measure({ folder, large }) {
    const none = join(folder, 'none');
    const start = await worldOf(none, 1, 0);
    const figures: Figure[] = [];
    const costs = new Map<number, number>();
    for (const past of large ? [...SIZES, LARGE] : SIZES) {
      const world = await worldOf(join(folder, sizeInWords(past)), past, ACTIVE);
      const measured = await rebuilds(world, start);
      costs.set(past, measured.cpu.ours);
      figures.push(...figuresOf(past, measured));
    }
    const most = Math.max(...costs.keys());
    const growth = (costs.get(most) ?? Number.NaN) / (costs.get(ACTIVE) ?? Number.NaN);
    return [
      ...figures,
      {
        name: `pass.cold.growth@${sizeInWords(most)}`,
        value: growth,
        unit: '× CPU',
        floor: 'ours with as many active and nothing past',
        target: { atMost: 1.3 },
      },
    ];
  },
};

interface World {
  readonly rebuild: readonly string[];
  readonly floor: readonly string[];
}

interface Measured {
  readonly cpu: Compared;
  readonly wall: Compared;
}

async function worldOf(folder: string, past: number, active: number): Promise<World> {
  const laidOut = await layOut(folder, { past, active });
  const directory = join(folder, 'ours');
  const { mirror } = await openOurs(directory, laidOut);
  mirror.close();
  const days = [...new Set(laidOut.active.map((id) => `grants/${id.slice(0, 10)}/`))];
  const [list, read] = ['git ls-tree -r', 'git cat-file --batch --buffer'];
  const entries = `${list} --format='%(objectname)' ${laidOut.head} ${days.join(' ')} | tail -n ${active}`;
  const script = `cd '${laidOut.gitDir}' && ${list} ${laidOut.head} active/ | wc -l && ${entries} | ${read}`;
  return {
    rebuild: [process.execPath, '.bench/bench/ledger/rebuild.js', directory],
    floor: ['sh', '-c', script],
  };
}

/** CPU of the whole process less what the same process takes when nothing is active; and what a clock on the wall shows. */
async function rebuilds({ rebuild, floor }: World, start: World): Promise<Measured> {
  const bare = median(Array.from({ length: TURNS }, () => cpuOf(start.rebuild)));
  const cpu = await compare(
    TURNS,
    () => cpuOf(rebuild) - bare,
    () => cpuOf(floor),
  );
  const wall = await compare(
    TURNS,
    () => tookOf(rebuild),
    () => elapsed(() => execFileSync(floor[0] ?? '', floor.slice(1), { maxBuffer: 1 << 28 })),
  );
  return { cpu, wall };
}

function tookOf([command = '', ...args]: readonly string[]): number {
  const { took, active } = JSON.parse(execFileSync(command, args).toString()) as {
    took: number;
    active: number;
  };
  if (active !== ACTIVE) throw new Error(`Found ${active} active grants.`);
  return took;
}

function figuresOf(past: number, { cpu, wall }: Measured): readonly Figure[] {
  const what = '`git ls-tree -r` piped to `git cat-file --batch`';
  return [
    {
      name: `pass.cold@${sizeInWords(past)}`,
      value: cpu.ratio,
      unit: '× CPU',
      floor: `${what}, ${cpu.floor.toFixed(0)} ms (ours ${cpu.ours.toFixed(0)} ms)`,
      target: { atMost: 1.5 },
      spread: cpu.spread,
    },
    {
      name: `pass.cold.wall@${sizeInWords(past)}`,
      value: wall.ratio,
      unit: '×',
      floor: `the same by the clock, ${wall.floor.toFixed(0)} ms (ours ${wall.ours.toFixed(0)} ms)`,
      spread: wall.spread,
    },
  ];
}
