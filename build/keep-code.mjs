// The last step of the build: runs a few commands that do nothing, in one process, and keeps beside each chunk what V8 has compiled of it
// by then. `build/loader.ts` is who uses it. Without this step everything works as well, only slower to start.
import fs, { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { start, scripts } = createRequire(import.meta.url)('../dist/cli/main.js');

const folder = mkdtempSync(join(tmpdir(), 'hallpass-build-'));

/** @returns the folder of an access repository with the documents of an example. */
function laidOut(example) {
  const repository = join(folder, example);
  for (const name of ['policy', 'catalog', 'people'])
    cpSync(`examples/${example}/${name}.yaml`, join(repository, `.github/access/${name}.yaml`));
  return repository;
}

const plain = laidOut('two-person-production');
const withConditions = laidOut('on-call-break-glass');
const nowhere = join(folder, 'nowhere');

/** Most of them find that there is nothing to work on, and by then everything they need is loaded. */
const COMMANDS = [
  ['serve', '--settings', nowhere],
  ['audit', 'verify', '--repo', plain, '--signers', join(plain, '.github/access/people.yaml')],
  ['list', '--repo', plain],
  ['--help'],
  ['validate', '--repo', plain],
  ['validate', '--repo', withConditions],
];

process.stdout.write = process.stderr.write = () => true;
// What goes into a file is written without a stream.
const { writeSync } = fs;
fs.writeSync = (file, bytes, ...where) => (file > 2 ? writeSync(file, bytes, ...where) : bytes.length);

process.on('beforeExit', () => {
  const next = COMMANDS.shift();
  if (next === undefined) keep();
  else {
    process.argv.splice(2, Number.POSITIVE_INFINITY, ...next);
    setImmediate(start);
  }
});

function keep() {
  for (const [file, script] of scripts) writeFileSync(`${file}.v8`, script.createCachedData());
  rmSync(folder, { recursive: true });
  process.exitCode = 0;
}
