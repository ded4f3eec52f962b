import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli } from './harness.js';
import { type Installation, installation } from './installation.js';
import { checkShape } from './json-shapes.js';

let dir = '';
let place: Installation;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hallpass-serving-'));
  place = await installation(dir);
});

afterAll(async () => {
  await place.close();
  rmSync(dir, { recursive: true, force: true });
});

const hallpass = (...argv: readonly string[]) => cli(argv, { cwd: dir, env: place.env });

describe('against a real server', () => {
  it('plans and runs a pass', async () => {
    const planned = await hallpass('reconcile', '--once', '--plan');
    expect(planned).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(planned.out)).toMatchObject({ now: expect.any(String), steps: [] });
    expect((await hallpass('reconcile', '--once', '--plan=text')).out).toBe('Nothing to do.\n');
    const ran = await hallpass('reconcile', '--once');
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('Nothing is ahead.');
    const json = await hallpass('reconcile', '--once', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ recorded: [], faults: [], more: false, wake_at: null });
  });

  it('does not revoke what does not live', async () => {
    expect(await hallpass('revoke', '2026/11/nobody')).toMatchObject({
      code: 1,
      out: '',
      err: 'hallpass: nothing of 2026/11/nobody lives: it has ended, or was never granted\n',
    });
    const json = await hallpass('revoke', '2026/11/nobody', '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toEqual({ ending: [] });
  });

  it('does not revoke many where there is none', async () => {
    expect(await hallpass('revoke', '--all', '--yes')).toMatchObject({
      code: 1,
      out: '',
      err: 'hallpass: no grant of these lives\n',
    });
  });

  it('serves until it is told to stop', async () => {
    let health = 0;
    let out = '';
    const { code } = await cli(['serve', '--json'], {
      cwd: dir,
      env: place.env,
      out: (text) => {
        out += text;
      },
      async untilStopped() {
        checkShape(['serve', '--json'], out);
        const { url, webhook_url: webhooks } = JSON.parse(out);
        expect(webhooks).toContain(url);
        health = (await fetch(new URL('/healthz', url))).status;
      },
    });
    expect({ code, health }).toEqual({ code: 0, health: 200 });
  });
});
