import type { Command, Commands } from './command.js';
import type { GitHubFault } from './model.js';
import { breakGitHub, type Stage } from './stage.js';

const gitHub = (weight: number, which: GitHubFault): Command => ({
  weight,
  breaks: true,
  check: ({ model }) => !model.faults.has(which),
  async run(stage) {
    stage.model.faults.add(which);
    breakGitHub(stage.scenario, stage.model.faults);
    return `GitHub fails: ${which}`;
  },
});

const webhooks = (weight: number, how: 'dropped' | 'doubled' | 'held'): Command => ({
  weight,
  ...(how === 'doubled' ? {} : { breaks: true }),
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

export async function mendWebhooks(stage: Stage): Promise<void> {
  const { hooks } = stage.scenario.world.github;
  hooks.clear();
  if (stage.model.webhooks === 'held') hooks.resume((held) => held.toReversed());
  stage.model.webhooks = 'sent';
  await stage.rest();
}

/** What becomes of GitHub and of what it sends. */
export const GITHUB_COMMANDS: Commands = {
  'pushes are refused': gitHub(2, 'push'),
  'pushes are not answered': gitHub(1, 'push unanswered'),
  'fetches are refused': gitHub(4, 'fetch'),
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
