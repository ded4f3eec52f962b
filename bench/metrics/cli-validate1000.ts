import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, cpuOf } from '../measure.js';
import type { Metric } from '../metric.js';

const EXAMPLE = 'examples/two-person-production';
const FILES = 1_000;
/** Not among our packages: nobody looks after it any more, and what it brings has known holes. It only ever reads these files. */
const AJV_CLI = ['ajv-cli@5.0.0', 'ajv-formats@3.0.1'];

/** A thousand requests in one process, against ajv-cli, which holds them against the schema and says no more. */
export const cliValidate1000: Metric = {
  name: 'cli.validate1000',
  async measure({ folder }) {
    const ajv = ajvCli(join(folder, 'ajv-cli'));
    if (ajv === undefined) return [];
    const repository = join(folder, 'access');
    for (const name of ['policy', 'catalog', 'people'])
      cpSync(`${EXAMPLE}/${name}.yaml`, join(repository, `.github/access/${name}.yaml`));
    const requests = join(repository, 'access-requests/2026/11');
    mkdirSync(requests, { recursive: true });
    for (let file = 0; file < FILES; file += 1) writeFileSync(join(requests, `r${file}.yaml`), request(file));
    const schema = 'schemas/access-request.schema.json';
    const { ratio, spread, floor } = await compare(
      9,
      () => cpuOf([process.execPath, 'dist/cli/main.js', 'validate', '--repo', repository]),
      () =>
        cpuOf([
          process.execPath,
          ajv,
          'validate',
          '--spec=draft2020',
          '-c',
          'ajv-formats',
          '-s',
          schema,
          '-d',
          `${requests}/*.yaml`,
        ]),
    );
    return [
      {
        name: 'cli.validate1000',
        value: ratio,
        unit: '× CPU',
        floor: `ajv-cli on the same ${FILES} files, ${floor.toFixed(0)} ms`,
        target: { atMost: 1 },
        spread,
      },
    ];
  },
};

function request(number: number): string {
  return `version: 1
subject: alice
entitlements: [orders-db-readonly]
duration: 2h
justification: "INC-${number}: checkout is slow, need to read query plans"
ticket: INC-${number}
`;
}

/** Fetched for the run. @returns its program; `undefined` without a network. */
function ajvCli(folder: string): string | undefined {
  try {
    execFileSync(
      'npm',
      ['install', '--prefix', folder, '--no-save', '--no-audit', '--ignore-scripts', ...AJV_CLI],
      {
        stdio: 'ignore',
      },
    );
    return join(folder, 'node_modules/ajv-cli/dist/index.js');
  } catch {
    process.stderr.write('cli.validate1000 is left out: ajv-cli cannot be fetched.\n');
    return undefined;
  }
}
