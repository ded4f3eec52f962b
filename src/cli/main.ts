#!/usr/bin/env node
import { createInterface } from 'node:readline/promises';
import { run } from './run.js';

// Whoever reads us may stop reading, as `head` does. That is no error, and the exit code stays what it would have been.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** On the error output, so that what is printed can go into a file. */
async function ask(question: string): Promise<string> {
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

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  write: (text) =>
    new Promise((resolve, reject) => {
      process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
    }),
  err: (text) => void process.stderr.write(text),
  env: process.env,
  cwd: process.cwd(),
  colour: process.stdout.isTTY === true,
  ...(process.stderr.isTTY && process.env.TERM !== 'dumb' ? { everySecond } : {}),
  ...(process.stdin.isTTY && process.stderr.isTTY ? { ask, prompts } : {}),
  untilStopped: () =>
    new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    }),
});
