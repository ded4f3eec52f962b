import { readFileSync } from 'node:fs';

/** `package.json` lies above `src/cli` and as far above what the build makes of it. */
export const VERSION: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version;
