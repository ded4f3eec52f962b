import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Code of a test with what it uses of `src`, for a process of its own: Node 20 runs no TypeScript. @returns the file to start. */
export async function bundled(entry: string, name: string): Promise<string> {
  const dir = `${ROOT}.vitest/${name}-${process.pid}`;
  const bundle = await rolldown({
    input: { main: entry },
    platform: 'node',
    // Packages stay where they are.
    external: /^[^./]/,
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  });
  await bundle.write({
    dir,
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
    cleanDir: true,
  });
  await bundle.close();
  return `${dir}/main.mjs`;
}
