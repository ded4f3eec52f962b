import { Blocked } from './fault.js';

/** A holding that names nothing which can exist on its target. It is refused and never repaired. @param sentence without a full stop. */
export function badCoordinates(target: string, sentence: string): Blocked {
  return new Blocked(
    'bad_coordinates',
    `${target}: ${sentence}`,
    `${sentence}. Correct it in the catalog or in the people document.`,
  );
}

/** As ES modules say it, and as CommonJS does, which the build makes. */
const NOT_FOUND: ReadonlySet<unknown> = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']);

/**
 * Loads what a kind of target needs and Hallpass does not bring: it need not be installed where no target is of that kind.
 * @param install as npm takes it, such as `pg@8`.
 * @throws Blocked when it is not there.
 */
export async function loadPeer<T>(kind: string, install: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && NOT_FOUND.has(cause.code))) throw cause;
    const packages = install.replaceAll(/(?<=\S)@\d+/g, '').replaceAll(' ', ' and ');
    throw new Blocked(
      'missing_package',
      `targets of kind ${kind} need ${packages}`,
      `Run "npm install ${install}" beside Hallpass.`,
      cause,
    );
  }
}
