import { access, constants } from 'node:fs/promises';
import { describe } from 'vitest';

const FOLDERS = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin'];

/** Where a program lies that is often not on a person's path, such as a server. */
export async function programPath(name: string): Promise<string | undefined> {
  for (const folder of FOLDERS) {
    const path = `${folder}/${name}`;
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}

/**
 * A suite that needs a program. People without it have it skipped, with what to install; in continuous integration it runs all the
 * same, and fails: a skipped suite proves nothing.
 */
export function describeWith(
  { path, install }: { readonly path: string | undefined; readonly install: string },
  title: string,
  suite: () => void,
): void {
  const isSkipped = path === undefined && !process.env.CI;
  describe.skipIf(isSkipped)(isSkipped ? `${title} (not here: apt-get install ${install})` : title, suite);
}
