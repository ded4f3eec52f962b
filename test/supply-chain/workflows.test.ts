import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const FOLDER = fileURLToPath(new URL('../../.github/workflows/', import.meta.url));

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly 'timeout-minutes'?: number;
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflows = readdirSync(FOLDER).map((name) => {
  const text = readFileSync(`${FOLDER}${name}`, 'utf8');
  return { name, text, flow: parse(text) as Workflow };
});

/** What a job may write, and why. */
const WRITES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // Proves to npm that this workflow built the package.
  'release.yml publish': { 'id-token': 'write' },
  // Puts the bill of materials beside the release.
  'release.yml materials': { contents: 'write' },
};

describe.each(workflows)('$name', ({ name, text, flow }) => {
  const jobs = Object.entries(flow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps);

  it('may read and nothing else, unless a job says what it writes', () => {
    expect(flow.permissions).toEqual({ contents: 'read' });
    for (const [id, job] of jobs) {
      const writes = Object.entries(job.permissions ?? {}).filter(([, level]) => level !== 'read');
      expect(Object.fromEntries(writes)).toEqual(WRITES[`${name} ${id}`] ?? {});
    }
  });

  it('names every action by its whole commit, with the version beside it', () => {
    for (const line of text.split('\n').filter((each) => each.includes('uses:')))
      expect(line).toMatch(/uses: [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('keeps no credentials, and takes none from whoever opens a pull request', () => {
    for (const step of steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@')))
      expect(step.with).toMatchObject({ 'persist-credentials': false });
    expect(Object.keys(flow.on)).not.toContain('pull_request_target');
    expect(Object.keys(flow.on)).not.toContain('workflow_run');
  });

  it('puts nothing from outside into a shell', () => {
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
  });

  it('ends', () => {
    for (const [, job] of jobs) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });
});
