import { type Holding, holdingKey } from '../../core/grant.js';
import type { Ports } from '../ports.js';
import { patiently, type Urgency } from './lanes.js';

/** How long a target may keep whoever waits for it. What takes longer goes on by itself, in its lane. */
const PATIENCE_SECONDS = 10;

interface OnTarget {
  readonly holding: Holding;
}

/**
 * Does one piece of work for each step on one target, each in its turn. What takes too long goes on by itself, and what has not begun by
 * then never does.
 * @param work gets to know whether anybody still waits for it.
 * @returns the steps that were not done in time.
 */
export async function inTurns<Step extends OnTarget>(
  deps: Pick<Ports, 'lanes' | 'timer' | 'providers'>,
  { steps, urgency }: { readonly steps: readonly Step[]; readonly urgency: Urgency },
  work: (step: Step, still: () => boolean) => Promise<void>,
): Promise<readonly Step[]> {
  const left = new Set(steps);
  await patiently(deps.timer, PATIENCE_SECONDS, async (still) => {
    const turns = steps.map((step) => {
      const { target } = step.holding;
      const width = deps.providers.get(target)?.width ?? 1;
      return deps.lanes.run({ target, about: holdingKey(step.holding), urgency, width }, async () => {
        if (!still()) return;
        await work(step, still);
        left.delete(step);
      });
    });
    await Promise.all(turns);
  });
  return [...left];
}
