import { styleText } from 'node:util';
import type { Timer } from '../ports/timer.js';
import type { Paint } from '../views/paint.js';
import type { Prompts } from './prompts.js';

/** Everything a command may touch of the process around it. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Whether standard output is a terminal that takes colours. */
  readonly colour: boolean;
  /** Asks whoever sits at the terminal; absent where nobody does. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
  /** The same for questions with more to choose from; loaded when one is asked. */
  readonly prompts?: (() => Promise<Prompts>) | undefined;
  /** What commands that look again and again wait with; absent for the process's own. */
  readonly timer?: Timer;
  /** Set by a command that goes on until it is told to stop. */
  readonly untilStopped: () => Promise<void>;
}

const STYLES = { good: 'green', bad: 'red', warn: 'yellow', dim: 'dim', strong: 'bold' } as const;

/** Colours only where somebody sees them, and never with `NO_COLOR` (https://no-color.org). */
export function painterOf({ colour, env }: Io): Paint {
  if (!colour || (env.NO_COLOR ?? '') !== '') return (_style, text) => text;
  return (style, text) => styleText(STYLES[style], text, { validateStream: false });
}
