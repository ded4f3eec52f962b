import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { providerKinds } from '../../src/adapters/providers/index.js';
import { runSuites, type SuiteResult } from '../../src/app/policy/run-suites.js';
import { FINDING_CODES } from '../../src/core/policy/findings.js';
import { CHECKS } from '../../src/core/policy/rules/table.js';
import type { Schema } from '../../src/documents/schema.js';
import { POLICY } from '../../src/documents/schemas/policy.js';
import { POLICY_SUITE } from '../../src/documents/schemas/policy-suite.js';

/**
 * The pages about policies and suites cannot rot: every fenced block tagged `yaml policy` is run with the `yaml cases` that follow
 * it, and every `yaml suite` as it stands.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const POLICY_PAGE = readFileSync(`${ROOT}docs/spec/policy.md`, 'utf8');
const SUITE_PAGE = readFileSync(`${ROOT}docs/spec/policy-suite.md`, 'utf8');

interface Block {
  readonly tag: string;
  readonly text: string;
  readonly line: number;
}

function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```yaml (\w+)\n(.*?)^```$/gms)].map(({ 1: tag = '', 2: text = '', index }) => ({
    tag,
    text,
    line: page.slice(0, index).split('\n').length,
  }));
}

/** Runs a suite whose documents are blocks, or files of this repository. */
async function run(suite: string, blocks: Readonly<Record<string, string>>): Promise<SuiteResult> {
  const files: Readonly<Record<string, string>> = { ...blocks, 'docs/suite.yaml': suite };
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    const text = files[path];
    if (text !== undefined) return new TextEncoder().encode(text);
    return existsSync(`${ROOT}${path}`) ? readFileSync(`${ROOT}${path}`) : undefined;
  };
  const [result] = await runSuites({ read, kinds: providerKinds }, ['docs/suite.yaml']);
  return result!;
}

function expectAllPassed(result: SuiteResult): void {
  expect(result).toMatchObject({ kind: 'ran' });
  if (result.kind !== 'ran') return;
  expect(
    result.cases.flatMap(({ name, failures }) => failures.map((failure) => ({ name, failure }))),
  ).toEqual([]);
  expect(result.coverage.unusedRules).toEqual([]);
}

const BLOCKS = blocksOf(POLICY_PAGE);
const textOf = (tag: string): string => BLOCKS.find((block) => block.tag === tag)?.text ?? '';
const POLICIES = BLOCKS.filter(({ tag }) => tag === 'policy');

describe('the page about policies', () => {
  it.each(POLICIES)('line $line does what it says', async (policy) => {
    const cases = BLOCKS[BLOCKS.indexOf(policy) + 1];
    expect(cases?.tag).toBe('cases');
    const head = 'policy: policy.yaml\ncatalog: catalog.yaml\npeople: people.yaml\n';
    const documents = {
      'docs/policy.yaml': policy.text,
      'docs/catalog.yaml': textOf('catalog'),
      'docs/people.yaml': textOf('people'),
    };
    expectAllPassed(await run(`${head}${textOf('teams')}${cases?.text}`, documents));
  });

  it.each(keysOf(POLICY))('shows %s at work, and has a word about it', (key) => {
    expect(POLICIES.some(({ text }) => new RegExp(`(?:^|[\\s{,-])${key}:`, 'm').test(text))).toBe(true);
    expect(POLICY_PAGE).toContain(`\`${key}\``);
  });

  it('has a heading for every key of the document and of a rule', () => {
    const { properties = {} } = POLICY;
    const keys = [...Object.keys(properties), ...Object.keys(properties.rules?.items?.properties ?? {})];
    for (const key of keys) expect(POLICY_PAGE).toContain(`### \`${key}\`\n`);
  });

  it('lists every finding, in the order of the table, with what it leads to', () => {
    const rows = [...POLICY_PAGE.matchAll(/^\| `(\w+)` \| (request|entitlement|rule) \| (\w+) \|/gm)];
    expect(rows.map(([, code]) => code)).toEqual(FINDING_CODES);
    expect(rows.slice(0, -1).map(([, , about, otherwise]) => [about, otherwise])).toEqual(
      CHECKS.map(({ about, otherwise }) => [about, otherwise]),
    );
  });
});

describe('the page about suites', () => {
  const suites = blocksOf(SUITE_PAGE).filter(({ tag }) => tag === 'suite');

  it.each(suites)('line $line does what it says', async ({ text }) => {
    const result = await run(text, {});
    expect(result.kind === 'ran' && result.cases.map(({ failures }) => failures)).toEqual([[], []]);
  });

  it.each(keysOf(POLICY_SUITE, ['request']))('has a row for %s', (key) => {
    expect(SUITE_PAGE).toMatch(new RegExp(`^\\| [^|]*\`${key}\``, 'm'));
  });

  it.each(keysOf(POLICY_SUITE, ['request', 'version']))('shows %s', (key) => {
    expect(suites.some(({ text }) => new RegExp(`(?:^|[\\s{,-])${key}:`, 'm').test(text))).toBe(true);
  });
});

/** Every key a document can have, those below `without` left out. */
function keysOf(schema: Schema, without: readonly string[] = []): string[] {
  const keys = new Set<string>();
  const visit = ({ properties = {}, items, additionalProperties }: Schema): void => {
    for (const [key, part] of Object.entries(properties)) {
      if (!without.includes(key)) keys.add(key);
      if (!without.includes(key)) visit(part);
    }
    if (items !== undefined) visit(items);
    if (typeof additionalProperties === 'object') visit(additionalProperties);
  };
  visit(schema);
  return [...keys];
}
