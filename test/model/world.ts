import { failNext, hang, type Verb } from '../../src/adapters/providers/memory/target.js';
import { type Command, type Commands, pick } from './command.js';
import { HOUR, type TargetId } from './documents.js';
import { type GitHubFault, rowOf, rowsOf } from './model.js';
import { breakGitHub, heldOn, isFaulty, type Stage } from './stage.js';

/** What the world does: time, targets, GitHub, webhooks, processes. */

const TARGETS: readonly TargetId[] = ['db', 'ci'];
const NAMES: Readonly<Record<TargetId, readonly string[]>> = { db: ['orders'], ci: ['deployers', 'logs'] };

async function setStanding(
  stage: Stage,
  { target, subject, name }: { target: TargetId; subject: string; name: string },
) {
  const { standing } = stage.targets[target];
  stage.calm = false;
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
  async run(stage, [a, b]) {
    const target = pick(TARGETS, a);
    plant(stage, target, b);
    return `${target} ${what}`;
  },
});

const VERBS: readonly Verb[] = ['grant', 'revoke', 'observe', 'endSessions', 'preflight'];

function healTarget(stage: Stage, id: TargetId): void {
  const target = stage.targets[id];
  target.planted.clear();
  target.partial = false;
  target.refusing = false;
  stage.releases.get(id)?.();
  stage.releases.delete(id);
}

const gitHub = (weight: number, which: GitHubFault): Command => ({
  weight,
  check: ({ model }) => !model.faults.has(which),
  async run(stage) {
    stage.model.faults.add(which);
    breakGitHub(stage.scenario, stage.model.faults);
    return `GitHub fails: ${which}`;
  },
});

const webhooks = (weight: number, how: 'dropped' | 'doubled' | 'held'): Command => ({
  weight,
  check: ({ model }) => model.webhooks === 'sent',
  async run({ scenario, model }) {
    const { hooks } = scenario.world.github;
    model.webhooks = how;
    if (how === 'held') hooks.pause();
    else if (how === 'dropped') hooks.drop();
    else hooks.duplicate();
    return `webhooks are ${how}`;
  },
});

async function mendWebhooks(stage: Stage): Promise<void> {
  const { hooks } = stage.scenario.world.github;
  hooks.clear();
  if (stage.model.webhooks === 'held') hooks.resume((held) => held.toReversed());
  stage.model.webhooks = 'sent';
  await stage.rest();
}

const wait = (weight: number, seconds: readonly number[]): Command => ({
  weight,
  async run(stage, [a]) {
    const span = pick(seconds, a);
    stage.advance(span);
    await stage.pass();
    return `${span / 60} min pass`;
  },
});

/** Everything works again, and Hallpass looks at everything twice. */
export async function heal(stage: Stage): Promise<void> {
  const { model, scenario } = stage;
  stage.calm = true;
  for (const target of TARGETS) healTarget(stage, target);
  model.faults.clear();
  breakGitHub(stage.scenario, stage.model.faults);
  model.skew = 0;
  scenario.skew(0);
  stage.begin();
  await mendWebhooks(stage);
  for (const request of model.requests) if (request.endAsked) request.heardAt ??= stage.now();
  scenario.world.running.hints.sweep();
  await stage.rest(true);
  stage.advance(5);
  scenario.world.running.hints.sweep();
  await stage.rest(true);
}

export const WORLD_COMMANDS: Commands = {
  'a while': wait(7, [600, 1_200, HOUR / 2]),
  'a long while': wait(3, [HOUR, 2 * HOUR, 5 * HOUR]),
  heal: {
    weight: 6,
    async run(stage) {
      await heal(stage);
      return 'everything works again';
    },
  },
  'our clock is off': {
    weight: 2,
    async run({ scenario, model }, [a]) {
      model.skew = pick([30, -30, 300, -300, 90, 0], a);
      scenario.skew(model.skew);
      // Once it is set right, times in the ledger go back.
      scenario.auditMayFind('times_disordered');
      return `our clock is ${model.skew} s ahead`;
    },
  },
  restart: {
    weight: 2,
    check: ({ model }) => !model.faults.has('api 500') && !model.faults.has('api 403'),
    async run(stage) {
      stage.scenario.world.running.hints.pass();
      await stage.scenario.world.restart();
      await stage.pass();
      return 'Hallpass starts again';
    },
  },
  'a second replica passes': {
    weight: 3,
    async run(stage) {
      await stage.pass('both');
      return 'both replicas pass at once';
    },
  },
  'standing access changes': {
    weight: 4,
    check(stage, [a, b]) {
      const { target, subject, name } = standingOf(a, b);
      return !isMuddled(stage, target, rowOf(target, subject, name));
    },
    run: (stage, [a, b]) => setStanding(stage, standingOf(a, b)),
  },
  'somebody takes ours away': {
    weight: 1,
    check: (stage, [a]) => heldOn(stage.targets[pick(TARGETS, a)]).length > 0,
    async run(stage, [a, b]) {
      const id = pick(TARGETS, a);
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
  'pushes are refused': gitHub(2, 'push'),
  'pushes are not answered': gitHub(1, 'push unanswered'),
  'fetches are refused': gitHub(1, 'fetch'),
  'the API answers 500': gitHub(1, 'api 500'),
  'the API answers 403': gitHub(1, 'api 403'),
  'GitHub works again': {
    weight: 4,
    check: ({ model }) => model.faults.size > 0,
    async run(stage) {
      stage.model.faults.clear();
      breakGitHub(stage.scenario, stage.model.faults);
      await stage.pass();
      return 'GitHub works again';
    },
  },
  'webhooks are dropped': webhooks(1, 'dropped'),
  'webhooks come twice': webhooks(2, 'doubled'),
  'webhooks are held back': webhooks(2, 'held'),
  'webhooks come again, in reverse': {
    weight: 4,
    check: ({ model }) => model.webhooks !== 'sent',
    async run(stage) {
      await mendWebhooks(stage);
      return 'webhooks come again, in reverse';
    },
  },
};
