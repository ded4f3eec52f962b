#!/usr/bin/env node
import { isAscii } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/**
 * What lies in `dist/cli/main.js` (ADR 24). Compiling Hallpass takes longer than most of what it is started for, so the build keeps
 * beside each chunk what V8 made of it. A V8 of another version refuses that and compiles as always, and where it is missing nobody
 * misses it.
 */

const ENTRY = join(__dirname, '../chunks/main.js');

interface Module {
  readonly exports: object;
}

type Wrapped = (
  exports: object,
  require: (name: string) => unknown,
  module: Module,
  ...place: readonly [file: string, folder: string]
) => void;

const requireAsNode = createRequire(__filename);
const modules = new Map<string, Module>();

/** What was compiled, by file: the build keeps it. */
export const scripts = new Map<string, Script>();

/** Runs the command line this process was given. */
export function start(): void {
  modules.delete(ENTRY);
  // Node puts places in the sources into a stack only for code that it has loaded itself.
  if (process.env.HALLPASS_DEBUG === '1') process.setSourceMapsEnabled(true);
  if (process.sourceMapsEnabled) requireAsNode(ENTRY);
  else load(ENTRY);
}

/** A chunk, once. Chunks name each other by relative paths; every other name is Node's to find. */
function load(file: string): object {
  const known = modules.get(file);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  modules.set(file, module);
  const folder = dirname(file);
  const require = (name: string) => (name.startsWith('.') ? load(join(folder, name)) : requireAsNode(name));
  const run: Wrapped = compiled(file).runInThisContext();
  run(module.exports, require, module, file, folder);
  return module.exports;
}

function compiled(file: string): Script {
  // The build writes ASCII wherever it can, and of that V8 makes the smaller kind of string; the words of a tagged template stay as they are.
  const bytes = readFileSync(file);
  const code = bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
  const cachedData = keptBeside(file);
  const script = new Script(`(function(exports,require,module,__filename,__dirname){${code}\n})`, {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  scripts.set(file, script);
  return script;
}

function keptBeside(file: string): Buffer | undefined {
  try {
    return readFileSync(`${file}.v8`);
  } catch {
    return undefined;
  }
}

if (require.main === module) start();
