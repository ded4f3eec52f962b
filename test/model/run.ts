import fc from 'fast-check';
import type { Soak } from '../support/soak.js';
import { ASKING } from './asking.js';
import type { Commands, Picks } from './command.js';
import { CONTROL } from './control.js';
import { GITHUB_COMMANDS } from './github.js';
import { checkAlways, checkCalm } from './invariants.js';
import { LANDING } from './landing.js';
import { REVIEWING } from './reviewing.js';
import { isWell, type Stage, startStage } from './stage.js';
import { TARGET_COMMANDS } from './targets.js';
import { heal, WORLD_COMMANDS } from './world.js';

const COMMANDS: Commands = {
  ...ASKING,
  ...REVIEWING,
  ...LANDING,
  ...CONTROL,
  ...TARGET_COMMANDS,
  ...GITHUB_COMMANDS,
  ...WORLD_COMMANDS,
};

interface Drawn {
  readonly command: string;
  readonly picks: Picks;
}

const number = fc.nat({ max: 1 << 20 });
const drawnFrom = (commands: Commands): fc.Arbitrary<Drawn> =>
  fc.record({
    command: fc.oneof(
      ...Object.entries(commands).map(([command, { weight }]) => ({
        weight,
        arbitrary: fc.constant(command),
      })),
    ),
    picks: fc.tuple(number, number, number),
  });
const STORM = drawnFrom(COMMANDS);
const CALM = drawnFrom(Object.fromEntries(Object.entries(COMMANDS).filter(([, { breaks }]) => !breaks)));

/** Commands of one run; some of them will not be possible when their turn comes. */
const RUN_LENGTH = 150;

const LOG_LINES = 30;

/** What was really done. */
export interface Tally {
  readonly commands: number;
  readonly runs: number;
  readonly histogram: ReadonlyMap<string, number>;
}

interface Outcome {
  readonly story: readonly string[];
  /** How many of the steps were reached. */
  readonly at: number;
  readonly error?: unknown;
  /** What Hallpass logged last before that. */
  readonly log?: readonly string[];
}

/**
 * Runs until so many commands were really carried out, each run in a world of its own. After every command the invariants are checked,
 * and at the end everything is healed, compared, and the ledger proved from outside.
 */
export async function runModel({ seed, commands: promise, tries }: Soak): Promise<Tally> {
  const histogram = new Map<string, number>(Object.keys(COMMANDS).map((name) => [name, 0]));
  let commands = 0;
  let runs = 0;
  while (commands < promise) {
    const steps = drawRun(seed + runs);
    const outcome = await perform(steps, (name) => {
      commands += 1;
      histogram.set(name, (histogram.get(name) ?? 0) + 1);
    });
    if (outcome.error !== undefined) throw await failure({ seed: seed + runs, tries, steps, outcome });
    runs += 1;
  }
  return { commands, runs, histogram };
}

/** Every other run is one in which nothing breaks: then what is held can be told exactly after every command. */
function drawRun(seed: number): readonly Drawn[] {
  const run = fc.array(seed % 2 === 0 ? CALM : STORM, {
    minLength: RUN_LENGTH,
    maxLength: RUN_LENGTH,
    size: 'max',
  });
  return fc.sample(fc.noBias(run), { seed, numRuns: 1 })[0] ?? [];
}

async function perform(steps: readonly Drawn[], count: (name: string) => void = () => {}): Promise<Outcome> {
  const story: string[] = [];
  const stage = await startStage();
  let at = 0;
  try {
    for (; at < steps.length; at += 1) {
      const step = steps[at];
      if (step !== undefined && (await carryOut(stage, step, story))) count(step.command);
    }
    await heal(stage);
    checkCalm(stage);
    await stage.close();
    return { story, at };
  } catch (error) {
    await stage.abandon();
    return { story, at, error, log: stage.scenario.log.slice(-LOG_LINES) };
  }
}

/** @returns whether the command was possible. */
async function carryOut(stage: Stage, { command, picks }: Drawn, story: string[]): Promise<boolean> {
  const one = COMMANDS[command];
  if (one === undefined || one.check?.(stage, picks) === false) return false;
  story.push(`${command}, not done`);
  stage.begin();
  stage.advance(5);
  const done = await one.run(stage, picks);
  story[story.length - 1] = `${new Date(stage.now() * 1_000).toISOString().slice(11, 19)} ${done}`;
  stage.calm &&= isWell(stage);
  if (stage.calm) checkCalm(stage);
  else checkAlways(stage);
  return true;
}

interface Failed {
  readonly seed: number;
  readonly tries: number;
  readonly steps: readonly Drawn[];
  readonly outcome: Outcome;
}

/** Leaves out what the failure does not need, half by half and then one by one, as often as we are told to try. */
async function failure({ seed, tries, steps, outcome }: Failed): Promise<Error> {
  let best = { steps: steps.slice(0, outcome.at + 1), outcome };
  let left = tries;
  for (let size = best.steps.length >> 1; size >= 1 && left > 0; size >>= 1) {
    for (let at = 0; at < best.steps.length && left > 0; left -= 1) {
      const fewer = best.steps.toSpliced(at, size);
      const again = await perform(fewer);
      if (again.error === undefined) at += size;
      else best = { steps: fewer.slice(0, again.at + 1), outcome: again };
    }
  }
  const { story, error, log = [] } = best.outcome;
  const reason = error instanceof Error ? error.message : String(error);
  const told = [`seed ${seed}, cut down to ${story.length} commands:`, ...story, '', reason, '', ...log];
  return new Error(told.join('\n'), { cause: error });
}
