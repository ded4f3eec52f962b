import { type Commands, pick } from './command.js';
import { BROKEN_POLICY, POLICY } from './documents.js';
import type { Model } from './model.js';
import type { Stage } from './stage.js';

async function rule(stage: Stage, readable: boolean): Promise<string> {
  await stage.scenario.world.github
    .as('root')
    .push('main', { '.github/access/policy.yaml': readable ? POLICY : BROKEN_POLICY });
  stage.model.policyReadable = readable;
  await stage.rest();
  return `the policy is ${readable ? 'mended' : 'broken'}`;
}

const HOME: readonly (readonly [string, string])[] = [
  ['engineering', 'alice'],
  ['engineering', 'bob'],
  ['engineering', 'dana'],
  ['dba', 'bob'],
  ['dba', 'dana'],
  ['security', 'carol'],
  ['security', 'dana'],
  ['on-call', 'alice'],
  ['on-call', 'bob'],
];
const absent = (model: Model): readonly (readonly [string, string])[] =>
  HOME.filter(([team, login]) => model.teams.get(team)?.has(login) === false);

/** Who may approve, and by which policy. */
export const CONTROL: Commands = {
  'a person leaves a team': {
    weight: 2,
    check: ({ model }) => [...model.teams.values()].some((team) => team.size > 1),
    async run(stage, [a, b]) {
      const [team, members] = pick(
        [...stage.model.teams].filter(([, people]) => people.size > 1),
        a,
      );
      const login = pick([...members], b);
      await stage.scenario.world.github.removeFromTeam(team, login);
      members.delete(login);
      await stage.rest();
      return `${login} leaves ${team}`;
    },
  },
  'a person joins a team': {
    weight: 4,
    check: ({ model }) => absent(model).length > 0,
    async run(stage, [a]) {
      const [team, login] = pick(absent(stage.model), a);
      await stage.scenario.world.github.addToTeam(team, login);
      stage.model.teams.get(team)?.add(login);
      await stage.rest();
      return `${login} joins ${team}`;
    },
  },
  'break the policy': {
    weight: 1,
    check: ({ model }) => model.policyReadable,
    run: (stage) => rule(stage, false),
  },
  'mend the policy': {
    weight: 4,
    check: ({ model }) => !model.policyReadable,
    run: (stage) => rule(stage, true),
  },
};
