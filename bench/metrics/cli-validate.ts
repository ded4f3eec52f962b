import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, cpuOf } from '../measure.js';
import type { Metric } from '../metric.js';

/** CPU of the whole process that validates one request, against the bare start of Node. */
export const cliValidate: Metric = {
  name: 'cli.validate',
  async measure({ folder }) {
    const empty = join(folder, 'empty.cjs');
    writeFileSync(empty, '');
    const repository = join(folder, 'access');
    for (const name of ['policy', 'catalog', 'people']) {
      cpSync(`examples/two-person-production/${name}.yaml`, join(repository, `.github/access/${name}.yaml`));
    }
    const validate = [process.execPath, 'dist/cli/main.js', 'validate', '--repo', repository];
    const { ratio, spread, floor } = await compare(
      15,
      () => cpuOf(validate),
      () => cpuOf([process.execPath, empty]),
    );
    return [
      {
        name: 'cli.validate',
        value: ratio,
        unit: '× CPU',
        floor: `\`node\` on an empty file, ${floor.toFixed(0)} ms`,
        target: { atMost: 1.4 },
        spread,
      },
    ];
  },
};
