import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { scratch } from '../adapters/git/world.js';
import { story } from '../app/auditing/audit-edits.js';
import { answers, startReceiver } from '../support/receiver.js';
import { cli } from './harness.js';

const stream = (cwd: string, ...argv: readonly string[]) =>
  cli(['audit', 'stream', '--repo', story.repo, ...argv], { cwd });
const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const linesOf = (text: string) => text.split('\n').filter(Boolean);

describe('hallpass audit stream', () => {
  it('prints OCSF, a line each, and plain JSON when asked', async () => {
    const ocsf = await stream('/');
    expect(ocsf.code).toBe(0);
    const events = linesOf(ocsf.out).map((line) => JSON.parse(line));
    expect(ocsf.err).toMatch(new RegExp(`^${events.length} events of \\d+ commits delivered\n$`));
    expect(new Set(events.map(({ class_uid: uid }) => uid))).toEqual(new Set([2004, 3004, 3005]));
    const plain = await stream('/', '--format', 'json', '--name', 'acme/access');
    expect(JSON.parse(linesOf(plain.out)[0] ?? '')).toMatchObject({ version: 1, repository: 'acme/access' });
  });

  it('appends to a file what is new since its cursor, and ends a line that a crash cut short', async () => {
    const cwd = scratch();
    const [cursor, file] = ['--cursor', '--file'].map((name) => [name, `${name.slice(2)}.txt`]) as [
      string[],
      string[],
    ];
    const first = await stream(cwd, ...cursor, ...file, '--format', 'json');
    expect(first).toMatchObject({ code: 0, out: '' });
    const whole = readFileSync(join(cwd, 'file.txt'), 'utf8');
    expect(await stream(cwd, ...cursor, ...file)).toMatchObject({ err: '0 events of 0 commits delivered\n' });
    expect(readFileSync(join(cwd, 'file.txt'), 'utf8')).toBe(whole);
    appendFileSync(join(cwd, 'file.txt'), '{"version":1,"id":"torn');
    await stream(cwd, ...file, '--format', 'json');
    const lines = linesOf(readFileSync(join(cwd, 'file.txt'), 'utf8'));
    expect(lines).toEqual([...linesOf(whole), '{"version":1,"id":"torn', ...linesOf(whole)]);
  });

  it('posts to a webhook, signed, and goes on where it was refused', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'secret'), `${SECRET}\n`);
    const receiver = await startReceiver();
    try {
      const argv = ['--cursor', 'cursor', '--webhook', receiver.url, '--secret', 'secret'];
      receiver.manners.push((response) => response.end('ok'), answers(500));
      expect(await stream(cwd, ...argv)).toMatchObject({
        code: 2,
        err: expect.stringContaining('answered 500'),
      });
      expect((await stream(cwd, ...argv)).code).toBe(0);
      const [, refused, again] = receiver.received;
      expect(again?.body).toContain('hallpass.audit');
      expect(again?.headers['webhook-id']).toBe(refused?.headers['webhook-id']);
      const headers = again?.headers as Record<string, string>;
      expect(new Webhook(SECRET).verify(again?.body ?? '', headers)).toMatchObject({
        type: 'hallpass.audit',
      });
      const ids = receiver.received.flatMap(({ body }) =>
        JSON.parse(body).data.events.map((event: { metadata: { uid: string } }) => event.metadata.uid),
      );
      expect(new Set(ids).size).toBe(linesOf((await stream('/')).out).length);
    } finally {
      await receiver.close();
    }
  });

  it('does not take for delivered what nobody reads', async () => {
    const cwd = scratch();
    const write = () => Promise.reject(new Error('EPIPE'));
    const { code, err } = await cli(['audit', 'stream', '--repo', story.repo, '--cursor', 'cursor'], {
      cwd,
      write,
    });
    expect(code).toBe(2);
    expect(err).toContain('nobody reads standard output');
    expect(existsSync(join(cwd, 'cursor'))).toBe(false);
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    ['a webhook without a secret', ['--webhook', 'https://siem.example'], /no secret is named/],
    ['a webhook in the clear', ['--webhook', 'http://siem.example', '--secret', 'x'], /no https address/],
    ['a weak secret', ['--webhook', 'https://siem.example', '--secret', 'weak'], /cannot be used/],
    [
      'a secret that is not there',
      ['--webhook', 'https://siem.example', '--secret', 'none'],
      /cannot be read/,
    ],
    ['two places', ['--webhook', 'https://siem.example', '--file', 'x'], /cannot be used with/],
    ['a format nobody knows', ['--format', 'xml'], /Allowed choices/],
    ['a cursor that is none', ['--cursor', 'weak'], /cursor of the stream cannot be read/],
    ['a file that cannot be written', ['--file', '/proc/none'], /cannot be written/],
  ])('refuses %s', async (_, argv, says) => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'weak'), 'secret\n');
    const { code, err } = await stream(cwd, ...argv);
    expect(code).toBe(2);
    expect(err).toMatch(says);
  });
});
