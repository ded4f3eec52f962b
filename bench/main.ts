import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Figure, holds, inWords } from './metric.js';
import { METRICS } from './metrics.js';

const USAGE = `usage: npm run bench [-- --json] [-- --only NAME] [-- --large]

  --json        print {"metrics":[{"name","value","unit","floor","target","holds"}]} and nothing else
  --only NAME   only metrics whose name begins with NAME; may be repeated
  --large       also the sizes that take minutes to lay out (a million past requests)

metrics: ${METRICS.map(({ name }) => name).join(', ')}`;

const {
  values: { json, only, large, help },
} = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    large: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const wanted = METRICS.filter(({ name }) => only?.some((part) => name.startsWith(part)) ?? true);
if (help) say(USAGE);
else if (wanted.length === 0) {
  process.stderr.write(`No metric is called that.\n\n${USAGE}\n`);
  process.exitCode = 2;
} else await run();

async function run(): Promise<void> {
  const figures: Figure[] = [];
  for (const metric of wanted) {
    const folder = mkdtempSync(join(tmpdir(), 'hallpass-bench-'));
    try {
      for (const figure of await metric.measure({ large, folder })) {
        figures.push(figure);
        if (!json) say(line(figure));
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  if (json) say(JSON.stringify({ metrics: figures.map(asJson) }, null, 2));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function asJson(figure: Figure) {
  return { ...figure, target: inWords(figure.target), holds: holds(figure) };
}

function line(figure: Figure): string {
  const spread = figure.spread ? ` (${figure.spread.map(short).join(' to ')})` : '';
  const verdict = figure.target === undefined ? ' ' : holds(figure) ? '✓' : '✗';
  const value = `${short(figure.value)} ${figure.unit}`;
  return `${verdict} ${figure.name.padEnd(26)} ${value.padEnd(14)}${spread.padEnd(18)} ${inWords(figure.target).padEnd(8)} floor: ${figure.floor}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
