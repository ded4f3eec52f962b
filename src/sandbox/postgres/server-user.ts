import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Who the server runs as; `undefined`: whoever we are. */
export type ServerUser = { readonly uid: number; readonly gid: number } | undefined;

/** PostgreSQL refuses to run as root, so root starts it as `nobody`. Nothing is added to the machine for it. */
export async function serverUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return undefined;
  const passwd = await readFile('/etc/passwd', 'utf8');
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(passwd) ?? [];
  if (uid === undefined || gid === undefined)
    throw new Error(
      'PostgreSQL does not run as root and there is no user "nobody" to run it as; start this as another user',
    );
  return { uid: Number(uid), gid: Number(gid) };
}

/** Whether the server may enter a folder, which means every folder above it too: under /root it may not. */
export async function canEnter(folder: string, user: ServerUser): Promise<boolean> {
  if (user === undefined) return true;
  const { mode, uid } = await stat(folder);
  if ((mode & (uid === user.uid ? 0o100 : 0o001)) === 0) return false;
  const above = dirname(resolve(folder));
  return above === resolve(folder) || canEnter(above, user);
}
