import { secondsBetween } from '../../time.js';
import { type Check, failing, ifSeen } from '../check.js';
import { LEAST_GIT, LEAST_NODE } from '../places.js';

/** Beyond this a pass grants nothing more (T089). */
const MOST_SKEW_SECONDS = 60;

export const clock: Check = ({ now, hostClock }) =>
  ifSeen(hostClock, (host) => {
    const skew = Math.abs(secondsBetween(now, host));
    return failing([
      skew <= MOST_SKEW_SECONDS,
      { code: 'clock_skew', message: `the clock here is ${skew} seconds away from GitHub's` },
    ]);
  });

export const targetClocks: Check = ({ now, targets }) =>
  [...targets].flatMap(([id, look]) =>
    ifSeen(look, ({ clock: there }) => {
      const skew = there === null ? 0 : Math.abs(secondsBetween(now, there));
      return failing([
        skew <= MOST_SKEW_SECONDS,
        {
          code: 'target_clock_skew',
          about: id,
          message: `the clock of ${id} is ${skew} seconds away from ours`,
        },
      ]);
    }),
  );

/** The mirror and the notes of a busy year need less. */
const LEAST_FREE_BYTES = 256 * 1024 * 1024;

export const dataDir: Check = ({ machine }) =>
  ifSeen(machine, ({ dataDir: folder }) =>
    failing(
      [folder.problem === null, { code: 'data_dir_unusable', message: `data_dir: ${folder.problem}` }],
      [
        !(folder.freeBytes < LEAST_FREE_BYTES),
        {
          code: 'data_dir_full',
          message: `data_dir has ${Math.floor(folder.freeBytes / 1_048_576)} MiB left`,
        },
      ],
      [!folder.writableByOthers, { code: 'data_dir_open', message: 'other users may write to data_dir' }],
    ),
  );

export const versions: Check = ({ machine }) =>
  ifSeen(machine, ({ git, node }) =>
    failing(
      [isAtLeast(git, LEAST_GIT), { code: 'git_too_old', message: `git is ${git}` }],
      [isAtLeast(node, LEAST_NODE), { code: 'node_too_old', message: `Node is ${node}` }],
    ),
  );

/** Two numbers decide. A version that cannot be read is too old. */
function isAtLeast(version: string, least: string): boolean {
  const numbers = (text: string) => /(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number) ?? [];
  const [major = -1, minor = -1] = numbers(version);
  const [wantedMajor = 0, wantedMinor = 0] = numbers(least);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
