import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const made: string[] = [];

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export const ID = '2026/11/alice-orders-db';

export const REQUEST = `version: 1
subject: alice
entitlements: [orders-db-readonly]
duration: 2h
justification: "INC-1: look"
ticket: INC-1
`;

/** A checked-out access repository: the worked example of this one without its suites, and alice's request. */
export function accessRepository(): { readonly dir: string; write(path: string, content: string): void } {
  const dir = mkdtempSync(join(tmpdir(), 'hallpass-access-'));
  made.push(dir);
  cpSync(join(ROOT, '.github/access'), join(dir, '.github/access'), {
    recursive: true,
    filter: (path) => !path.endsWith('/suites'),
  });
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  };
  write(`access-requests/${ID}.yaml`, REQUEST);
  return { dir, write };
}
