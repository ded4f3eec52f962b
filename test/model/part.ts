import { expect, it } from 'vitest';
import { soakOf } from '../support/soak.js';
import { runModel, type Tally } from './run.js';

const DAY = 86_400_000;
/** From so many on, every command must have come. */
const ENOUGH_FOR_ALL = 1_000;

/** One of the two parts of the model test. It says what it did: seed, commands, and how often each came. */
export function modelPart(part: 1 | 2): void {
  const soak = soakOf(part);
  const { seed, commands } = soak;
  it(`${commands} commands leave nothing held that nobody approved, and nothing that should have ended`, {
    timeout: DAY,
  }, async () => {
    const tally = await runModel(soak);
    process.stdout.write(tell(seed, tally));
    expect(tally.commands).toBeGreaterThanOrEqual(commands);
    if (commands < ENOUGH_FOR_ALL) return;
    const never = [...tally.histogram].filter(([, times]) => times === 0).map(([name]) => name);
    expect(never, 'commands that never came').toEqual([]);
  });
}

function tell(seed: number, { commands, runs, histogram }: Tally): string {
  const lines = [...histogram]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, times]) => `${String(times).padStart(7)} ${name}`);
  return [`model: seed ${seed}, ${commands} commands in ${runs} runs`, ...lines, ''].join('\n');
}
