import { readFileSync } from 'node:fs';

/** `package.json` lies above both `src` and `dist`. */
export function versionOf(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
