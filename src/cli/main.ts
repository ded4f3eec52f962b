import { outputTo } from './output.js';
import { run } from './run.js';

const output = outputTo(1, () => process.stdout);
const errors = outputTo(2, () => process.stderr);

function isAnswered(): boolean {
  return errors.isTerminal && process.stdin.isTTY === true;
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
  out: output.print,
  write: output.write,
  err: errors.print,
  env: process.env,
  cwd: process.cwd(),
  get colour() {
    return output.isTerminal;
  },
  get everySecond() {
    return errors.isTerminal && process.env.TERM !== 'dumb' ? everySecond : undefined;
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
