/** How much the model test does: what CI promises, or what `npm run soak` asks for in the environment. */
export interface Soak {
  readonly seed: number;
  /** So many commands are really carried out. */
  readonly commands: number;
  /** How often a run that fails is tried again with less in it. */
  readonly tries: number;
}

const CI_COMMANDS = 2_000;
const PARTS = 2;
/** Runs of one part have seeds one after the other; so many runs no part has. */
const APART = 1_000_000;

/** One of the two equal parts, so that two workers share the work. */
export function soakOf(part: 1 | 2): Soak {
  const commands = numberIn('HALLPASS_SOAK') ?? CI_COMMANDS;
  const seed = numberIn('HALLPASS_SEED') ?? (commands > CI_COMMANDS ? Math.floor(Date.now() / 1_000) : 0);
  const tries = numberIn('HALLPASS_SHRINK') ?? 5;
  return { seed: seed + (part - 1) * APART, commands: Math.ceil(commands / PARTS), tries };
}

function numberIn(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`${name} is ${JSON.stringify(text)}; set it to a whole number`);
}
