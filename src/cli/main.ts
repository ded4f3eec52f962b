import { run } from './run.js';

/** A stream, opened when it is first written to. Whoever reads us may stop reading, as `head` does: that is no error. */
function openedLate(open: () => NodeJS.WriteStream): () => NodeJS.WriteStream {
  let stream: NodeJS.WriteStream | undefined;
  return () => {
    stream ??= open().on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
    return stream;
  };
}

const output = openedLate(() => process.stdout);
const errors = openedLate(() => process.stderr);

function isAnswered(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** On the error output, so that what is printed can go into a file. */
async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

async function prompts() {
  return (await import('./terminal-prompts.js')).terminalPrompts;
}

/** Nobody waits for a tick: the process ends when its work does. */
function everySecond(tick: () => void): () => void {
  const ticking = setInterval(tick, 1_000).unref();
  return () => clearInterval(ticking);
}

run(process.argv.slice(2), {
  out: (text) => void output().write(text),
  write: (text) =>
    new Promise((resolve, reject) => {
      output().write(text, (error) => (error ? reject(error) : resolve()));
    }),
  err: (text) => void errors().write(text),
  env: process.env,
  cwd: process.cwd(),
  // Streams take their time to open, so nobody looks at one before it is wanted.
  get colour() {
    return process.stdout.isTTY === true;
  },
  get everySecond() {
    return process.stderr.isTTY === true && process.env.TERM !== 'dumb' ? everySecond : undefined;
  },
  get ask() {
    return isAnswered() ? ask : undefined;
  },
  get prompts() {
    return isAnswered() ? prompts : undefined;
  },
  untilStopped: () =>
    new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    }),
}).then((code) => {
  process.exitCode = code;
});
