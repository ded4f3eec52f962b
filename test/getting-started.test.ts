import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { cli } from './cli/harness.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const page = readFileSync(join(ROOT, 'docs/getting-started.md'), 'utf8');
const blocks = [...page.matchAll(/^```(sh|console)\n([\s\S]*?)^```/gm)].map(([, kind = '', text = '']) => ({
  kind,
  text,
}));
const run = promisify(execFile);

/** What differs from one run to the next. */
const plain = (text: string) =>
  text
    .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, 'TIME')
    .replaceAll(/\b\d{4}\/\d\d\//g, 'MONTH/')
    .replaceAll(/LEFT {2,}/g, 'LEFT  ')
    .replaceAll(/(TIME {2})\S.*?( {2,})(?=MONTH)/g, '$1LEFT  ');

it('prints what the page for beginners says, from the sandbox to the grant', {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-started-'));
  const shim = join(folder, 'hallpass');
  writeFileSync(shim, `#!/bin/sh\nexec node '${ROOT}dist/cli/main.js' "$@"\n`);
  chmodSync(shim, 0o755);
  let out = '';
  const ended = await cli(['sandbox'], {
    out: (text) => {
      out += text;
    },
    untilStopped: () => follow(folder, out),
  });
  rmSync(folder, { recursive: true, force: true });
  expect(ended).toMatchObject({ code: 0, err: '' });
});

async function follow(folder: string, welcome: string): Promise<void> {
  const [port = ''] = /(?<=acme\/|127\.0\.0\.1:)\d+(?=\/acme)/.exec(welcome) ?? [];
  const [, alice, bob, carol] = /^ {2}ALICE=(\S+) BOB=(\S+) CAROL=(\S+)$/m.exec(welcome) ?? [];
  const env = {
    PATH: `${folder}:${process.env.PATH}`,
    HOME: folder,
    ALICE: alice,
    BOB: bob,
    CAROL: carol,
  } as Record<string, string>;
  const here = (text: string) => text.replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`);
  const sh = async (command: string, cwd: string) => {
    const all = await run('sh', ['-c', `{ ${here(command)}\n} 2>&1 || true`], { cwd, env });
    return all.stdout;
  };
  const [, tokens, tooLong, asked, approved, watched, merged, ...rest] = blocks;
  await sh(tokens?.text.split('\n').at(1) ?? '', folder);
  const access = join(folder, 'access');
  const show = async (block: (typeof blocks)[number] | undefined) => {
    const commands = [...(block?.text ?? '').matchAll(/^\$ (.*)$/gm)].map(([, command = '']) => command);
    expect(commands.length).toBeGreaterThan(0);
    expectLines(block, await sh(commands.join('\n'), access));
  };
  await show(tooLong);
  await show(asked);
  await checked(`http://127.0.0.1:${port}/repos/acme/access`, alice ?? '');
  await sh(approved?.text ?? '', access);
  const [, watching = ''] = /^\$ (.*)$/m.exec(watched?.text ?? '') ?? [];
  expectLines(
    watched,
    await whileWatching(here(watching), { cwd: access, env }, () => sh(merged?.text ?? '', access)),
  );
  for (const block of rest) {
    if (block.text.includes('--state ended')) await pressOneHour(`http://127.0.0.1:${port}`);
    await show(block);
  }
  const [, prove = ''] = /^ {2}(hallpass audit verify .*)$/m.exec(welcome) ?? [];
  expect(await sh(prove, folder)).toMatch(/^Clean: /);
}

/** What the button in the browser sends. */
async function pressOneHour(site: string): Promise<void> {
  const body = new URLSearchParams({ seconds: '3600' });
  const answer = await fetch(`${site}/sandbox/clock`, { method: 'POST', body, redirect: 'manual' });
  expect(answer.status).toBe(303);
}

/** People are slower than this test: what they approve has a check, and is a second older. */
async function checked(api: string, token: string): Promise<void> {
  const get = async (path: string) => {
    const answer = await fetch(`${api}${path}`, { headers: { authorization: `Bearer ${token}` } });
    return { body: JSON.parse(await answer.text()), at: Date.parse(answer.headers.get('date') ?? '') };
  };
  const { body: pull } = await get('/pulls/1');
  for (let looks = 0; looks < 10_000; looks += 1) {
    const { body, at } = await get(`/commits/${pull.head.sha}/check-runs`);
    const [check] = body.check_runs;
    if (check?.status === 'completed' && at > Date.parse(check.completed_at) + 1_000) return;
  }
  throw new Error('no check came');
}

function expectLines(block: (typeof blocks)[number] | undefined, printed: string): void {
  const shown = (block?.text ?? '').split('\n').filter((line) => !line.startsWith('$ '));
  expect(plain(printed).split('\n')).toEqual(expect.arrayContaining(shown.map(plain)));
}

/** Does something once a command has said that the request is approved. @returns all it printed until its end. */
async function whileWatching(
  command: string,
  options: { readonly cwd: string; readonly env: Record<string, string> },
  act: () => Promise<unknown>,
): Promise<string> {
  const child = spawn('sh', ['-c', `${command} 2>&1`], options);
  let printed = '';
  let acted: Promise<unknown> | undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString('utf8');
    if (printed.includes('… Approved')) acted ??= act();
  });
  await new Promise((resolve) => child.once('close', resolve));
  await acted;
  return printed;
}
