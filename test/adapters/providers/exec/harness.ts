import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Connection } from '../../../../src/adapters/providers/deps.js';
import { kind } from '../../../../src/adapters/providers/exec/kind.js';
import { createProvider } from '../../../../src/adapters/providers/exec/provider.js';
import type { Coordinates, Holding } from '../../../../src/core/grant.js';
import { type Instant, instantOf } from '../../../../src/core/time.js';
import type { LogFields } from '../../../../src/ports/log.js';
import type { Provider } from '../../../../src/ports/provider.js';
import type { ProviderHarness } from '../../../contracts/provider-contract.js';

export const TARGET = 'legacy';
export const EXAMPLES = fileURLToPath(new URL('../../../../examples/plugins/', import.meta.url));

/** Plugins ask the real clock, so the harness does. */
export const realClock = { now: () => instantOf(Date.now() / 1_000) };

export interface Said {
  readonly message: string;
  readonly fields: LogFields | undefined;
}

export function execProvider(connection: Connection, said: Said[] = []): Promise<Provider> {
  const note = (message: string, fields?: LogFields) => void said.push({ message, fields });
  return createProvider(connection, {
    target: TARGET,
    clock: realClock,
    log: { info: note, warn: note, error: note },
  });
}

export async function tempFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'hallpass-exec-'));
}

/** A script in a folder of its own that is the program of a target. */
export async function program(folder: string, body: string, name = 'program'): Promise<readonly string[]> {
  const file = join(folder, name);
  await writeFile(file, body);
  await chmod(file, 0o755);
  return [file];
}

/** What a case needs of the target of one example, past the provider. */
export interface ExampleTarget {
  readonly command: (folder: string) => readonly string[];
  readonly abilities: Readonly<Record<string, string | boolean>>;
  readonly grants: readonly [Coordinates, Coordinates];
  setUp(folder: string): Promise<void>;
  holds(folder: string, holding: Holding, now: Instant): Promise<boolean>;
  addStanding(folder: string, holding: Holding): Promise<void>;
  snapshot(folder: string): Promise<unknown>;
  readonly hostile: readonly Coordinates[];
  /** Puts something there that cannot be read as a name. */
  damage?(folder: string): Promise<void>;
  openSession?(folder: string, holding: Holding): Promise<{ ended(): Promise<boolean> }>;
}

/** Runs the plugin, and dies instead of passing its answer on when it is told to. */
const LOSING = `#!/bin/bash
if [ -e "$0.lose" ]; then rm "$0.lose"; "$@" >/dev/null; kill -9 $$; fi
exec "$@"
`;

const SUBJECTS = [
  '',
  ' alice',
  'alice ',
  'alice"',
  'alice","grant":{"group":"victims"',
  "alice'; touch /tmp/x; '",
  '$(id)',
  '`id`',
  '-alice',
  '../alice',
  'people/../alice',
  'alice\n',
  'alice\u0000',
  'аlice',
  'a'.repeat(256),
];

export async function exampleHarness(target: ExampleTarget): Promise<ProviderHarness> {
  const folder = await tempFolder();
  await target.setUp(folder);
  const [losing = ''] = await program(folder, LOSING, 'losing');
  const { abilities } = target;
  const provider = await execProvider({ command: [losing, ...target.command(folder)], abilities });
  let now = realClock.now();
  const [first, second] = target.grants;
  const holding = (subject: string, grant: Coordinates): Holding => ({ target: TARGET, subject, grant });
  return {
    kind,
    provider,
    now,
    holding: (person, thing) => holding(['alice', 'bob'][person] ?? '', [first, second][thing] ?? {}),
    holds: (one) => target.holds(folder, one, now),
    addStanding: (one) => target.addStanding(folder, one),
    unknown: holding('oscar', first),
    hostile: [
      ...SUBJECTS.map((subject) => ({
        what: `subject ${JSON.stringify(subject)}`,
        holding: holding(subject, first),
      })),
      ...target.hostile.map((grant) => ({ what: JSON.stringify(grant), holding: holding('alice', grant) })),
    ],
    snapshot: () => target.snapshot(folder),
    async hanging() {
      const command = await program(folder, '#!/bin/bash\nexec sleep 600\n', 'hanging');
      return execProvider({ command, abilities, timeout_seconds: 0.05 });
    },
    async refused() {
      const command = await program(
        folder,
        `#!/bin/bash
read -r call; [[ $call =~ \\"id\\":\\"([^\\"]*)\\" ]]
printf '{"version":1,"id":"%s","status":"blocked","code":"credentials","message":"no","unblock":"Give it a token."}' "\${BASH_REMATCH[1]}"
`,
        'refusing',
      );
      return execProvider({ command, abilities });
    },
    async partial() {
      await target.damage?.(folder);
      return provider;
    },
    loseAnswer: () => writeFile(`${losing}.lose`, ''),
    ...(target.openSession === undefined
      ? {}
      : {
          openSession: (one: Holding) =>
            target.openSession?.(folder, one) as Promise<{ ended(): Promise<boolean> }>,
        }),
    async advance(to) {
      now = to;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

export async function lines(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
}

export async function makeFolders(folder: string, ...names: readonly string[]): Promise<void> {
  for (const name of names) await mkdir(join(folder, name));
}
