import { type Command, type Commands, pick } from './command.js';
import { HOUR } from './documents.js';
import { mendWebhooks } from './github.js';
import { breakGitHub, type Stage } from './stage.js';
import { healTarget, TARGETS } from './targets.js';

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
  stage.advance(65);
  scenario.world.running.hints.sweep();
  await stage.rest(true);
}

/** Time, and the processes of Hallpass. */
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
    breaks: true,
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
};
