import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactor } from '../../../src/adapters/system/redact.js';
import { createNotices, type Route, type SpreadDeps } from '../../../src/app/telling/spread-notices.js';
import { ALL_EVENTS, type Notice } from '../../../src/core/notice.js';
import { Blocked, Retry } from '../../../src/ports/fault.js';
import type { Remembered } from '../../../src/ports/notifier.js';
import { noticeOf } from '../../contracts/notifier-contract.js';

type Answer = Error | 'hang' | undefined;

interface Outside extends Route {
  readonly got: Notice[];
  /** For the coming deliveries; afterwards all go well. */
  readonly answers: Answer[];
  /** Lets go of what hangs. */
  release(): void;
}

function outside(name: string, filter: Route['filter'] = { events: ALL_EVENTS }): Outside {
  const got: Notice[] = [];
  const answers: Answer[] = [];
  const hanging: (() => void)[] = [];
  return {
    name,
    filter,
    got,
    answers,
    release: () => hanging.splice(0).forEach((go) => void go()),
    notifier: {
      async deliver(notice) {
        got.push(notice);
        const answer = answers.shift();
        if (answer === 'hang') await new Promise<void>((resolve) => hanging.push(resolve));
        else if (answer !== undefined) throw answer;
      },
    },
  };
}

const NOTHING: Remembered = { delivered: {}, pending: {} };

function start(routes: readonly Route[], changes: Partial<SpreadDeps> = {}) {
  const saved: Remembered[] = [];
  const timers: { seconds: number; work: () => void }[] = [];
  const log: string[] = [];
  const note = (level: string) => (message: string, fields?: object) =>
    void log.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const notices = createNotices({
    routes,
    remembered: NOTHING,
    memory: { save: (remembered) => void saved.push(structuredClone(remembered)) },
    timer: {
      after(seconds, work) {
        timers.push({ seconds, work });
        return () => {};
      },
    },
    log: { info: note('info'), warn: note('warn'), error: note('error') },
    clean: (text) => text,
    linkOf: (number) => `https://github.com/example/access/pull/${number}`,
    ...changes,
  });
  return {
    notices,
    log,
    last: () => saved.at(-1) ?? NOTHING,
    waits: () => timers.map(({ seconds }) => seconds),
    async elapse() {
      for (const { work } of timers.splice(0)) work();
      await notices.idle();
    },
    async tell(...keys: readonly string[]) {
      for (const key of keys) notices.tell(noticeOf({ key }));
      await notices.idle();
    },
  };
}

const keys = ({ got }: Outside): string[] => got.map(({ key }) => key);
const away = (after = 0): Retry => new Retry('receiver_unavailable', 'away', after);

describe('notices', () => {
  it('reach everybody who wants them, with their page and how bad they are', async () => {
    const [all, violations] = [outside('all'), outside('siem', { events: ['violation'] })];
    const spread = start([all, violations]);
    await spread.tell('a');
    expect(all.got).toEqual([
      { ...noticeOf({ key: 'a' }), severity: 'info', link: 'https://github.com/example/access/pull/7' },
    ]);
    expect(violations.got).toEqual([]);
    spread.notices.tell(noticeOf({ event: 'violation', key: 'b', pullRequest: null }));
    await spread.notices.idle();
    expect(violations.got).toMatchObject([{ severity: 'critical', link: null }]);
  });

  it('are told once, however often and in whatever order they are told', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd')),
        fc.array(fc.constantFrom<Answer>(undefined, away(), new Blocked('receiver_refused', 'no', 'Ask.'))),
        async (told, answers) => {
          const one = outside('one');
          one.answers.push(...answers.slice(0, 8));
          const spread = start([one]);
          for (const key of told) {
            await spread.tell(key);
            if (key === 'a') await spread.elapse();
          }
          for (let round = 0; round < 12; round += 1) await spread.elapse();
          const counts = spread.notices.counts().get('one');
          expect((counts?.sent ?? 0) + (counts?.failed ?? 0)).toBe(new Set(told).size);
          const before = one.got.length;
          await spread.tell(...told);
          expect(one.got).toHaveLength(before);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are told once over a restart, and what had not arrived arrives then', async () => {
    const before = outside('one');
    before.answers.push(undefined, away());
    const first = start([before]);
    await first.tell('a', 'b');
    const after = outside('one');
    const second = start([after], { remembered: JSON.parse(JSON.stringify(first.last())) });
    await second.notices.idle();
    expect(keys(after)).toEqual(['b']);
    await second.tell('a', 'b', 'c');
    expect(keys(after)).toEqual(['b', 'c']);
    expect(second.last().pending).toEqual({ one: [] });
  });

  it('are remembered for each receiver alone, and only so many', async () => {
    const one = outside('one');
    const spread = start([one], { remembered: { delivered: { other: ['a'] }, pending: { other: [] } } });
    await spread.tell('a');
    expect(keys(one)).toEqual(['a']);
    for (let index = 0; index < 2_100; index += 1) await spread.tell(`k${index}`);
    expect(spread.last().delivered.one).toHaveLength(2_000);
  });

  it('come again later and later while the receiver is away, and are given up in the end', async () => {
    const one = outside('one');
    one.answers.push(...Array.from({ length: 10 }, () => away()));
    const spread = start([one]);
    await spread.tell('a');
    const waited: number[] = [];
    for (let round = 0; round < 12; round += 1) {
      waited.push(...spread.waits());
      await spread.elapse();
    }
    expect(waited).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
    expect(one.got).toHaveLength(10);
    expect(spread.log).toEqual([
      expect.stringMatching(/^warn notice not given .*"to":"one".*receiver_unavailable/),
    ]);
    await spread.tell('a');
    expect(one.got).toHaveLength(10);
  });

  it('come again when the receiver says so, within reason', async () => {
    const one = outside('one');
    one.answers.push(away(120), away(86_400));
    const spread = start([one]);
    await spread.tell('a');
    expect(spread.waits()).toEqual([120]);
    await spread.elapse();
    expect(spread.waits()).toEqual([3_600]);
  });

  it('do not wait for one that is refused, nor for one that waits', async () => {
    const one = outside('one');
    one.answers.push(away(), new Blocked('receiver_refused', 'no', 'Ask.'), new Error('a bug'));
    const spread = start([one]);
    await spread.tell('a', 'b', 'c', 'd');
    await spread.elapse();
    expect(keys(one)).toEqual(['a', 'b', 'c', 'd', 'a']);
    expect(spread.log.map((line) => line.split(' ')[0])).toEqual(['warn', 'error']);
    expect(spread.notices.counts().get('one')).toEqual({ sent: 2, failed: 2, dropped: 0 });
  });

  it('reach others while one receiver hangs, and leave at once', async () => {
    const [slow, quick] = [outside('slow'), outside('quick')];
    slow.answers.push('hang');
    const spread = start([slow, quick]);
    for (const key of ['a', 'b']) spread.notices.tell(noticeOf({ key }));
    expect(quick.got).toEqual([]);
    while (quick.got.length < 2) await Promise.resolve();
    expect(keys(slow)).toEqual(['a']);
    slow.release();
    await spread.notices.idle();
    expect(keys(slow)).toEqual(['a', 'b']);
  });

  it('push out the oldest when too many wait, and the log counts them', async () => {
    const one = outside('one');
    one.answers.push('hang');
    const spread = start([one]);
    spread.notices.tell(noticeOf({ key: 'on its way' }));
    while (one.got.length < 1) await Promise.resolve();
    for (let index = 0; index < 250; index += 1) spread.notices.tell(noticeOf({ key: `k${index}` }));
    one.release();
    await spread.notices.idle();
    expect(keys(one)).toHaveLength(200);
    expect(keys(one).slice(0, 2)).toEqual(['on its way', 'k51']);
    expect(spread.notices.counts().get('one')).toMatchObject({ sent: 200, dropped: 51 });
    expect(spread.log.filter((line) => line.includes('notices dropped'))).toHaveLength(6);
  });

  it('arrive before a close, which waits for nobody for ever', async () => {
    const [quick, slow] = [outside('quick'), outside('slow')];
    slow.answers.push('hang');
    const spread = start([quick, slow]);
    spread.notices.tell(noticeOf({ key: 'a' }));
    spread.notices.tell(noticeOf({ key: 'b' }));
    const closing = spread.notices.close();
    spread.notices.tell(noticeOf({ key: 'too late' }));
    while (quick.got.length < 2) await Promise.resolve();
    expect(spread.waits()).toEqual([10]);
    void spread.elapse();
    await closing;
    expect(keys(quick)).toEqual(['a', 'b']);
    slow.release();
    await spread.notices.idle();
    expect(keys(slow)).toEqual(['a']);
    expect(spread.last().pending.slow?.map(({ key }) => key)).toEqual(['b']);
  });

  it('hold no secret, wherever one got in (T146)', async () => {
    const secret = 'canary-correct horse/battery+staple';
    const one = outside('one');
    const spread = start([one], { clean: redactor([secret]) });
    const forms = [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(`user:${secret}`).toString('base64url'),
    ];
    const text = `x ${forms.join(' ')} y`;
    const everywhere = { key: text, thread: text, title: text, markdown: text, grant: text, subject: text };
    const lists = { entitlements: forms, targets: forms, rules: forms };
    spread.notices.tell(noticeOf({ ...everywhere, ...lists }));
    spread.notices.tell(noticeOf({ ...everywhere, ...lists }));
    await spread.notices.idle();
    expect(one.got).toHaveLength(1);
    const seen = JSON.stringify([one.got, spread.last(), spread.log]);
    for (const form of forms) expect(seen).not.toContain(form.slice(2, -4));
    expect(one.got[0]?.title).toContain('[hidden]');
  });
});
