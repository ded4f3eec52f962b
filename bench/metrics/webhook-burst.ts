import { median } from '../measure.js';
import type { Figure, Metric } from '../metric.js';
import { checksSince, startBenchWorld } from '../world.js';

/** How soon many pull requests at once have their checks. */
export const webhookBurst: Metric = {
  name: 'webhook.burst',
  measure: async ({ folder }) => [await burst(folder)],
};

const PULLS = 10;
const BURSTS = 3;

/** Ten pull requests at once: how much longer the last has to wait for its check than the first. */
async function burst(dir: string): Promise<Figure> {
  const bench = await startBenchWorld(dir);
  try {
    const spans: [first: number, last: number][] = [];
    for (let turn = 0; turn <= BURSTS; turn += 1) {
      const names = Array.from({ length: PULLS }, (_, n) => `burst-${turn}-${n}`);
      for (const name of names) await bench.push('alice', name);
      await bench.world.settled();
      const from = bench.world.github.calls.length;
      const begun = performance.now();
      await Promise.all(names.map((name) => bench.open('alice', name)));
      await bench.world.settled();
      const took = checksSince(bench, from).map((at) => at - begun);
      if (turn > 0) spans.push([Math.min(...took), Math.max(...took)]);
      // So that the budget of one burst is not what the next one waits for.
      await new Promise((resolve) => setTimeout(resolve, 15_000));
    }
    const ratios = spans.map(([first, last]) => last / first);
    const [first, last] = [median(spans.map(([one]) => one)), median(spans.map(([, one]) => one))];
    return {
      name: 'webhook.burst',
      value: median(ratios),
      unit: '× the first',
      floor: `the first check of ${PULLS} pull requests that are opened at once, ${first.toFixed(0)} ms; the last ${last.toFixed(0)} ms`,
      target: { atMost: 2 },
      spread: [Math.min(...ratios), Math.max(...ratios)],
    };
  } finally {
    await bench.world.close();
  }
}
