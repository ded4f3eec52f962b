// The last step of the build: runs a few commands that do nothing, in one process, and keeps beside each chunk what V8 has compiled of it
// by then. `build/loader.ts` is who uses it. Without this step everything works as well, only slower to start.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { start, scripts } = createRequire(import.meta.url)('../dist/cli/main.js');

const folder = mkdtempSync(join(tmpdir(), 'hallpass-build-'));
for (const name of ['policy', 'catalog', 'people'])
  cpSync(`examples/two-person-production/${name}.yaml`, join(folder, `.github/access/${name}.yaml`));
const nowhere = join(folder, 'nowhere');

/** Most of them find that there is nothing to work on, and by then everything they need is loaded. */
const COMMANDS = [
  ['serve', '--settings', nowhere],
  ['audit', 'verify', '--repo', folder, '--signers', join(folder, '.github/access/people.yaml')],
  ['list', '--repo', folder],
  ['--help'],
  ['validate', '--repo', folder],
];

process.stdout.write = process.stderr.write = () => true;

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
