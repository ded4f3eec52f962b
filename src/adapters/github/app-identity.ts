import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clients } from './clients.js';

const SLUG = /^[A-Za-z0-9-]{1,100}$/;

/**
 * The app's slug, by which it knows its own doing. GitHub tells; what it told last is kept, so that a process that starts while GitHub is
 * away comes up and ends what is due. A slug that changed since is known at the next start.
 * @param folder where it is kept.
 * @throws Retry, Blocked when GitHub does not tell and never has.
 */
export async function appSlugOf(
  clients: Pick<Clients, 'identity'>,
  { appId, folder }: { readonly appId: number; readonly folder: string },
): Promise<string> {
  const path = join(folder, 'app.json');
  const asked = clients.identity().then(async ({ slug }) => {
    await keep(folder, path, { appId, slug });
    return slug;
  });
  // Where it is known already, it is asked for the next start only.
  asked.catch(() => {});
  return (await keptAt(path, appId)) ?? asked;
}

async function keptAt(path: string, appId: number): Promise<string | undefined> {
  try {
    const kept = JSON.parse(await readFile(path, 'utf8')) as {
      readonly appId?: unknown;
      readonly slug?: unknown;
    };
    return kept.appId === appId && typeof kept.slug === 'string' && SLUG.test(kept.slug)
      ? kept.slug
      : undefined;
  } catch {
    return undefined;
  }
}

async function keep(folder: string, path: string, value: object): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(`${path}.new`, JSON.stringify(value), { mode: 0o600 });
  await rename(`${path}.new`, path);
}
