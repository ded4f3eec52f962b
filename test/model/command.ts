import type { Stage } from './stage.js';

/** Numbers that say which of what there is a command is about. They are drawn beforehand, so that a run can be repeated and cut down. */
export type Picks = readonly [number, number, number];

/** Something that somebody or the world does. */
export interface Command {
  /** How often it comes, beside the others. */
  readonly weight: number;
  /** It keeps Hallpass from doing at once what it should; runs without such can be held to more. */
  readonly breaks?: true;
  /** Absent: always possible. A command that is not possible is left out and not counted. */
  check?(stage: Stage, picks: Picks): boolean;
  /** @returns what it did, for the story of a run. It has come to rest by then. */
  run(stage: Stage, picks: Picks): Promise<string>;
}

export type Commands = Readonly<Record<string, Command>>;

/** One of these, by a number. */
export function pick<One>(from: readonly One[], by: number): One {
  const one = from[by % from.length];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}
