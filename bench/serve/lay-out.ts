import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/adapters/system/clock.js';
import { addSeconds } from '../../src/core/time.js';
import { type Installation, installation } from '../../test/cli/installation.js';
import { git, layOut } from '../ledger/lay-out.js';

/** A target of its own process that holds everything it is asked about. */
const PLUGIN = `
let text = '';
process.stdin.setEncoding('utf8').on('data', (chunk) => { text += chunk; }).on('end', () => {
  const { id, scope = [] } = JSON.parse(text);
  const held = scope.map((one) => ({ ...one, managed: 'yes' }));
  process.stdout.write(JSON.stringify({ version: 1, id, status: 'ok', complete: true, held }));
});
`;

/** What `hallpass serve` is started on: a stand-in for GitHub and settings, and so many grants that live until long after the bench. */
export async function layOutServer(folder: string, active: number): Promise<Installation> {
  mkdirSync(folder, { recursive: true });
  const plugin = join(folder, 'plugin.cjs');
  writeFileSync(plugin, PLUGIN);
  const targets = `  orders-db: { kind: exec, command: ["${process.execPath}", "${plugin}"] }\n`;
  const place = await installation(folder, active > 0 ? { targets } : {});
  const settings = join(folder, 'hallpass.yaml');
  // A heartbeat as people have it; looking for the next 29 February takes longer than all the rest.
  const text = readFileSync(settings, 'utf8').replace(/^schedule: .*$/m, 'schedule: "* * * * *"');
  writeFileSync(settings, text);
  if (active > 0) await layOutLedger(folder, { active, access: place.github.gitDir });
  return place;
}

async function layOutLedger(
  folder: string,
  { active, access }: { readonly active: number; readonly access: string },
): Promise<void> {
  const head = git(access, ['rev-parse', 'main']);
  const end = addSeconds(systemClock.now(), 2 * 86_400);
  const oids = new Map(
    ['policy', 'catalog', 'people'].map((name) => [
      name,
      git(access, ['rev-parse', `main:.github/access/${name}.yaml`]),
    ]),
  );
  const { gitDir, key } = await layOut(join(folder, 'laid-out'), {
    past: active,
    active,
    mend: (entry) =>
      entry
        .replace(/(?<=expires_at: )\S+/, end)
        .replace(/(?<=landing:\n {2}commit: ")\w+/, head)
        .replace(/(?<=\n {2}parent: ")\w+/, head)
        .replace(/(policy|catalog|people): "\w{40}/g, (_, name) => `${name}: "${oids.get(name)}`),
  });
  execFileSync('git', ['fetch', '--quiet', gitDir, 'access-ledger:access-ledger'], { cwd: access });
  writeFileSync(join(folder, 'signing'), key);
}
