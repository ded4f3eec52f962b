import { oneLine } from '../views/untrusted-text.js';
import type { Io } from './io.js';
import type { Prompts } from './prompts.js';

/** Goes to the beginning of the line and empties it. */
const CLEAR = '\r\u001b[K';

export interface Progress {
  /** What the command is given instead: whatever it prints or asks pushes the line aside. */
  readonly io: Io;
  start(): void;
  stop(): void;
}

/**
 * Says on the error output of a terminal what goes on and for how long, in one line that leaves nothing behind. A command that is
 * done within a second says nothing.
 */
export function progressOf(io: Io, doing: string | undefined): Progress {
  const everySecond = doing === undefined ? undefined : io.everySecond;
  if (doing === undefined || everySecond === undefined) return { io, start: () => {}, stop: () => {} };
  let seconds = 0;
  let isShown = false;
  let isAsking = false;
  const clear = (): void => {
    if (isShown) io.err(CLEAR);
    isShown = false;
  };
  let silence = (): void => {};
  const tick = (): void => {
    seconds += 1;
    if (isAsking) return;
    io.err(`${isShown ? CLEAR : ''}… ${oneLine(doing)} (${seconds} s)`);
    isShown = true;
  };
  const stop = (): void => {
    silence();
    clear();
  };
  const aside =
    <A extends readonly unknown[], T>(ask: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      isAsking = true;
      clear();
      try {
        return await ask(...args);
      } finally {
        isAsking = false;
      }
    };
  const pushing =
    (print: (text: string) => void) =>
    (text: string): void => {
      clear();
      print(text);
    };
  const { ask, prompts } = io;
  return {
    io: {
      ...io,
      // What goes on until it is told to stop has started by then.
      untilStopped: () => {
        stop();
        return io.untilStopped();
      },
      out: pushing(io.out),
      err: pushing(io.err),
      ...(ask === undefined ? {} : { ask: aside(ask) }),
      ...(prompts === undefined ? {} : { prompts: async () => asideOf(await prompts(), aside) }),
    },
    start() {
      silence = everySecond(tick);
    },
    stop,
  };
}

type Aside = <A extends readonly unknown[], T>(ask: (...args: A) => Promise<T>) => (...args: A) => Promise<T>;

function asideOf(prompts: Prompts, aside: Aside): Prompts {
  return {
    text: aside(prompts.text),
    choose: aside(prompts.choose),
    chooseSome: aside(prompts.chooseSome),
    confirm: aside(prompts.confirm),
  };
}
