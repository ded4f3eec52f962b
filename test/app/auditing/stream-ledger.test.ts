import { afterAll, describe, expect, it } from 'vitest';
import { openHistory } from '../../../src/adapters/git/history.js';
import { streamLedger } from '../../../src/app/auditing/stream-ledger.js';
import { Retry } from '../../../src/ports/fault.js';
import type { Note } from '../../../src/ports/note.js';
import type { Shipment, Sink } from '../../../src/ports/sink.js';
import { git } from '../../adapters/git/world.js';
import { bound, story } from './audit-edits.js';
import { reviewStories } from './audit-edits-reviews.js';
import { bind, copyOf } from './audit-pages.js';

const history = await openHistory(story.repo);
afterAll(() => history.close());

interface Far extends Sink {
  readonly got: Shipment[];
  readonly ids: () => readonly string[];
}

/** A receiver that refuses the n-th delivery, before or after it has taken it. */
function far(failAt = 0, when: 'before' | 'after' = 'before'): Far {
  const got: Shipment[] = [];
  let calls = 0;
  return {
    got,
    ids: () => got.flatMap(({ ids }) => ids),
    async deliver(shipment) {
      calls += 1;
      if (calls === failAt && when === 'before') throw new Retry('away', 'it is away');
      got.push(shipment);
      if (calls === failAt) throw new Retry('away', 'its answer is lost');
    },
  };
}

function noteOf(text?: string): Note & { text: string | undefined } {
  const note = {
    text,
    read: async () => note.text,
    async write(next: string) {
      note.text = next;
    },
  };
  return note;
}

const stream = (sink: Sink, cursor: Note, changes: Partial<Parameters<typeof streamLedger>[0]> = {}) =>
  streamLedger({
    history,
    ledgerBranch: 'access-ledger',
    repository: null,
    format: 'json',
    sink,
    cursor,
    ...changes,
  });

async function everything(): Promise<readonly string[]> {
  const whole = far();
  await stream(whole, noteOf());
  return whole.ids();
}

describe('a stream', () => {
  it('tells everything once, in the order of the ledger, and then nothing more', async () => {
    const [whole, cursor] = [far(), noteOf()];
    const { events, commits } = await stream(whole, cursor);
    expect(events).toBe(whole.ids().length);
    expect(commits).toBe(bound.commits.length);
    expect(new Set(whole.ids()).size).toBe(events);
    const order = whole.ids().map((id) => bound.commits.indexOf(id.split('.')[0] as never));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    const again = far();
    expect(await stream(again, cursor)).toMatchObject({ events: 0, commits: 0 });
    expect(again.got).toEqual([]);
  });

  it('says what happened to each grant', async () => {
    const whole = far();
    await stream(whole, noteOf());
    const records = whole.got.flatMap(({ records: some }) => some) as { type: string; grant: string }[];
    const of = (id: string) => records.filter(({ grant }) => grant === id).map(({ type }) => type);
    expect(of('2026/11/alice')).toEqual(
      expect.arrayContaining(['grant.landed', 'grant.intended', 'grant.granted', 'grant.ended']),
    );
    expect(records.map(({ type }) => type)).toContain('violation');
  });

  it('tells of access reviews', async () => {
    const pages = reviewStories(story)[0]?.[1]() ?? [];
    await bind(story.repo, pages, { bound, branch: 'streamed-reviews' });
    const whole = far();
    const own = await openHistory(story.repo);
    await stream(whole, noteOf(), { history: own, ledgerBranch: 'streamed-reviews' });
    await own.close();
    const types = whole.got.flatMap(({ records }) => records.map((one) => (one as { type: string }).type));
    expect(types.filter((type) => type.startsWith('access_review'))).toEqual([
      'access_review.asked',
      'access_review.answered',
      'access_review.kept',
    ]);
  });

  it.each(['before', 'after'] as const)(
    'loses nothing when any delivery fails %s it was taken',
    async (when) => {
      const all = await everything();
      for (let failAt = 1; failAt <= bound.commits.length; failAt += 1) {
        const cursor = noteOf();
        const first = far(failAt, when);
        await stream(first, cursor).catch(() => undefined);
        const second = far();
        await stream(second, cursor);
        expect([...new Set([...first.ids(), ...second.ids()])]).toEqual(all);
      }
    },
  );

  it('goes on where its cursor could not be written, with the same ids', async () => {
    const stuck: Note = {
      read: async () => undefined,
      write: async () => {
        throw new Error('ENOSPC');
      },
    };
    const first = far();
    await expect(stream(first, stuck)).rejects.toThrow('ENOSPC');
    const second = far();
    await stream(second, noteOf());
    expect(second.ids().slice(0, first.ids().length)).toEqual(first.ids());
  });

  it.each([
    ['nothing', ''],
    ['half of it', 'hallpass stream cursor 1\nbranch: access-ledger\ncommit: 123'],
    ['another branch', `hallpass stream cursor 1\nbranch: other\ncommit: ${'a'.repeat(40)}\n`],
  ])('does not guess when its cursor holds %s', async (_, text) => {
    const whole = far();
    await expect(stream(whole, noteOf(text))).rejects.toMatchObject({ code: 'stream_cursor_unreadable' });
    expect(whole.got).toEqual([]);
  });

  it.each([
    [
      'set back',
      (repo: string) => git(repo, ['update-ref', 'refs/heads/access-ledger', `${bound.commits[1]}`]),
    ],
    [
      'begun anew',
      (repo: string) => git(repo, ['update-ref', 'refs/heads/access-ledger', 'refs/heads/main']),
    ],
  ])('refuses a ledger that was %s', async (_, rewrite) => {
    const repo = copyOf(story.repo);
    const cursor = noteOf();
    const before = await openHistory(repo);
    await stream(far(), cursor, { history: before });
    await before.close();
    rewrite(repo);
    const after = await openHistory(repo);
    const whole = far();
    await expect(stream(whole, cursor, { history: after })).rejects.toMatchObject({
      code: 'ledger_rewritten',
    });
    await after.close();
    expect(whole.got).toEqual([]);
  });

  it('says that there is no ledger', async () => {
    await expect(stream(far(), noteOf(), { ledgerBranch: 'none' })).rejects.toMatchObject({
      code: 'no_ledger',
    });
  });
});
