import { failNext, hang, type Verb } from '../../src/adapters/providers/memory/target.js';
import { type Command, type Commands, pick } from './command.js';
import type { TargetId } from './documents.js';
import { rowOf, rowsOf } from './model.js';
import { heldOn, isFaulty, type Stage } from './stage.js';

export const TARGETS: readonly TargetId[] = ['db', 'ci'];
const NAMES: Readonly<Record<TargetId, readonly string[]>> = { db: ['orders'], ci: ['deployers', 'logs'] };

async function setStanding(
  stage: Stage,
  { target, subject, name }: { target: TargetId; subject: string; name: string },
) {
  const { standing } = stage.targets[target];
  const row = rowOf(target, subject, name);
  const key = JSON.stringify([subject, name]);
  if (stage.model.standing.delete(row)) standing.delete(key);
  else {
    standing.set(key, { subject, name });
    stage.model.standing.add(row);
  }
  for (const request of stage.model.requests) if (rowsOf(request).includes(row)) request.blurred = true;
  return `${subject} ${stage.model.standing.has(row) ? 'gets' : 'loses'} standing ${target} ${name}`;
}

/** Where a target cannot tell its own from ours, nobody could say whose it was once both had given it. */
function isMuddled(stage: Stage, target: TargetId, row: string): boolean {
  if (stage.targets[target].remembers) return false;
  return stage.model.requests.some((request) => {
    const entry = stage.ledger.get(request.id);
    const over = entry?.holdings.every(({ state }) => state === 'ended' || state === 'void');
    return rowsOf(request).includes(row) && request.mergedAt !== undefined && !over;
  });
}

function standingOf(a: number, b: number): { target: TargetId; subject: string; name: string } {
  const target = pick(TARGETS, a);
  return { target, subject: pick(['alice', 'bob', 'dana'], b), name: pick(NAMES[target], a >> 3) };
}

/** One target misbehaves until it is healed, or for a few calls. */
const fault = (
  weight: number,
  what: string,
  plant: (stage: Stage, target: TargetId, by: number) => void,
): Command => ({
  weight,
  breaks: true,
  async run(stage, [a, b]) {
    const target = pick(TARGETS, a);
    plant(stage, target, b);
    return `${target} ${what}`;
  },
});

const VERBS: readonly Verb[] = ['grant', 'revoke', 'observe', 'endSessions', 'preflight'];

export function healTarget(stage: Stage, id: TargetId): void {
  const target = stage.targets[id];
  target.planted.clear();
  target.partial = false;
  target.refusing = false;
  stage.releases.get(id)?.();
  stage.releases.delete(id);
}

const holding = (stage: Stage): readonly TargetId[] =>
  TARGETS.filter((id) => heldOn(stage.targets[id]).length > 0);

/** What becomes of targets behind our back. */
export const TARGET_COMMANDS: Commands = {
  'standing access changes': {
    weight: 4,
    check(stage, [a, b]) {
      const { target, subject, name } = standingOf(a, b);
      return !isMuddled(stage, target, rowOf(target, subject, name));
    },
    run: (stage, [a, b]) => setStanding(stage, standingOf(a, b)),
  },
  'somebody takes ours away': {
    weight: 4,
    breaks: true,
    check: (stage) => holding(stage).length > 0,
    async run(stage, [a, b]) {
      const id = pick(holding(stage), a);
      const { subject, name } = pick(heldOn(stage.targets[id]), b);
      stage.targets[id].granted.delete(JSON.stringify([subject, name]));
      stage.calm = false;
      return `somebody takes ${id} ${name} from ${subject}`;
    },
  },
  'a target hangs': fault(2, 'hangs', (stage, id) => {
    if (!stage.releases.has(id)) stage.releases.set(id, hang(stage.targets[id]));
  }),
  'a target refuses us': fault(1, 'refuses us', (stage, id) => {
    stage.targets[id].refusing = true;
  }),
  'a target shows only a part': fault(2, 'shows only a part', (stage, id) => {
    stage.targets[id].partial = true;
  }),
  'a target fails for a while': fault(3, 'fails for a few calls', (stage, id, by) =>
    failNext(stage.targets[id], pick(VERBS, by), { times: 1 + (by % 3) }),
  ),
  'answers of a target are lost': fault(3, 'loses answers', (stage, id, by) =>
    failNext(stage.targets[id], pick(['grant', 'revoke', 'observe'] as const, by), {
      times: 1 + (by % 2),
      when: 'after',
    }),
  ),
  'calls to a target are answered and not carried out': fault(
    3,
    'heeds nothing for a few calls',
    (stage, id, by) =>
      failNext(stage.targets[id], pick(['grant', 'revoke'] as const, by), {
        times: 1 + (by % 2),
        when: 'unheeded',
      }),
  ),
  'a target works again': {
    weight: 4,
    check: (stage) => TARGETS.some((id) => isFaulty(stage.targets[id])),
    async run(stage, [a]) {
      const id = pick(
        TARGETS.filter((one) => isFaulty(stage.targets[one])),
        a,
      );
      healTarget(stage, id);
      stage.begin();
      await stage.pass();
      return `${id} works again`;
    },
  },
};
