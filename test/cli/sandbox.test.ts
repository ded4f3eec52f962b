import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { cli } from './harness.js';
import { checkShape } from './json-shapes.js';

it('opens a sandbox one can work with by hand, and leaves nothing behind', async () => {
  let out = '';
  let kept = '';
  let files: unknown;
  let listed: Awaited<ReturnType<typeof cli>> | undefined;
  const argv = ['sandbox', '--json'];
  const { code, err } = await cli(argv, {
    out: (text) => {
      out += text;
    },
    async untilStopped() {
      checkShape(argv, out);
      const { tokens, ...told } = JSON.parse(out);
      const headers = { authorization: `Bearer ${tokens.alice}` };
      files = await (await fetch(`${told.api_url}/pulls`, { headers })).json();
      kept = told.git_dir;
      listed = await cli(['list', '--repo', kept]);
    },
  });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(files).toEqual([]);
  expect(listed).toMatchObject({ code: 0, out: expect.stringMatching(/^Nothing at /) });
  expect(existsSync(dirname(kept))).toBe(false);
});

it('takes no folder with something in it', async () => {
  const { code, err } = await cli(['sandbox', '--dir', import.meta.dirname]);
  expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('is not empty') });
});

it.each(['x', '-1', '70000', '1e3'])('refuses --port=%s', async (port) => {
  const { code, err } = await cli(['sandbox', `--port=${port}`]);
  expect(code).toBe(2);
  expect(err).toContain('is no port');
});
