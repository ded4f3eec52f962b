import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/command-table.js';
import { EXIT, EXIT_CODES } from '../../src/cli/exit.js';
import { SHAPES } from './json-shapes.js';
import { cliPage, declaredCommands, examplesIn, jsonHeadingOf, WITHOUT_JSON } from './pages.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

it('docs/cli.md says what the program says', async () => {
  const page = await cliPage();
  if (process.env.UPDATE_DOCS !== undefined)
    writeFileSync(new URL('../../docs/cli.md', import.meta.url), page);
  expect(read('docs/cli.md')).toBe(page);
});

it('every exit code there is has words', () => {
  expect(EXIT_CODES.map(({ code }) => code)).toEqual(Object.values(EXIT));
});

it('every command has examples of itself, with options it has', async () => {
  for (const { words, command, help } of await declaredCommands()) {
    const shown = examplesIn(help);
    const own = shown.filter(([line]) => line.includes(`hallpass ${words}`));
    expect(own.length, words).toBeGreaterThan(0);
    const options = new Set(command.options.map(({ long }) => long));
    for (const [line, does] of shown) {
      expect(does, line).not.toBe('');
      if (!own.some(([one]) => one === line)) continue;
      const flags = [...(line.split(/[|>]/)[0] ?? '').matchAll(/(?<=\s)--[a-z-]+/g)].map(([flag]) => flag);
      expect(
        flags.filter((flag) => !options.has(flag)),
        line,
      ).toEqual([]);
    }
  }
});

it('every command that answers something has --json, its shape is published and described', async () => {
  // Lines of JSON whatever was asked for, and a script.
  expect(WITHOUT_JSON).toEqual(['audit stream', 'completion']);
  const commands = await declaredCommands();
  for (const { words, command } of commands.filter((one) => SHAPES.has(one.words)))
    expect(
      command.options.map(({ long }) => long),
      words,
    ).toContain('--json');
  const known = new Set(COMMANDS.map(({ words }) => words));
  for (const words of SHAPES) expect(known.has(words.replace(/ --.*/, '')), words).toBe(true);
  const described = read('docs/spec/json-output.md');
  for (const words of SHAPES) expect(described).toContain(`\n## \`${jsonHeadingOf(words)}\`\n`);
});

it('the keys of a shape are named where it is described', () => {
  const page = read('docs/spec/json-output.md');
  const { properties } = JSON.parse(read('schemas/json-output.schema.json'));
  for (const words of SHAPES) {
    const section = page.split(`\n## \`${jsonHeadingOf(words)}\`\n`)[1]?.split('\n## ')[0] ?? '';
    const unnamed = properties[words].required.filter((key: string) => !section.includes(key));
    expect(unnamed, words).toEqual([]);
  }
});
