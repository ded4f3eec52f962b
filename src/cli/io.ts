import { styleText } from 'node:util';
import type { Clock } from '../ports/clock.js';
import type { Timer } from '../ports/timer.js';
import type { Paint } from '../views/paint.js';
import type { Prompts } from './prompts.js';

/** Everything a command may touch of the process around it. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** As `out`, for what must have arrived before anything else is done; rejects when nobody reads it any more. Absent: `out` will do. */
  readonly write?: (text: string) => Promise<void>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Whether standard output is a terminal. */
  readonly colour: boolean;
  /** Asks whoever sits at the terminal; absent where nobody does. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
  /** The same for questions with more to choose from; loaded when one is asked. */
  readonly prompts?: (() => Promise<Prompts>) | undefined;
  /** What commands that look again and again wait with; absent for the process's own. */
  readonly timer?: Timer;
  /** What tells such commands the time that speak of it; absent for the machine's. */
  readonly clock?: Clock;
  /** Ticks until it is told to stop; absent where nobody watches the error output. */
  readonly everySecond?: ((tick: () => void) => () => void) | undefined;
  /** Set by a command that goes on until it is told to stop. */
  readonly untilStopped: () => Promise<void>;
}

const STYLES = { good: 'green', bad: 'red', warn: 'yellow', dim: 'dim', strong: 'bold' } as const;

export function painterOf(io: Pick<Io, 'colour' | 'env'>): Paint {
  if (!takesColours(io)) return (_style, text) => text;
  return (style, text) => styleText(STYLES[style], text, { validateStream: false });
}

/**
 * Colours only where somebody sees them. `NO_COLOR` (https://no-color.org) wins over `FORCE_COLOR` (https://force-color.org), which
 * asks for them where there is no terminal, as a build server does.
 */
export function takesColours({ colour, env }: Pick<Io, 'colour' | 'env'>): boolean {
  const { NO_COLOR = '', FORCE_COLOR = '', TERM } = env;
  if (NO_COLOR !== '') return false;
  if (FORCE_COLOR !== '') return !/^(?:0|false)$/i.test(FORCE_COLOR);
  return colour && TERM !== 'dumb';
}
