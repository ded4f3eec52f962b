import type { Code } from './code.js';
import { GITHUB_CODES } from './codes-github.js';
import { CODES_HERE } from './codes-here.js';
import { LEDGER_CODES } from './codes-ledger.js';

/** Everything the doctor can find. A closed list. */
export const CODES = { ...GITHUB_CODES, ...LEDGER_CODES, ...CODES_HERE } as const satisfies Readonly<
  Record<string, Code>
>;

export type SetupCode = keyof typeof CODES;
