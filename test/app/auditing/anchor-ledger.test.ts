import { describe, expect, it } from 'vitest';
import { type AnchorOptions, anchorLedger } from '../../../src/app/auditing/anchor-ledger.js';
import { parseCheckpoint } from '../../../src/core/audit/checkpoint.js';
import type { Instant } from '../../../src/core/time.js';
import { Retry } from '../../../src/ports/fault.js';
import { at, NOON, oid } from '../entries.js';

type Put = Parameters<AnchorOptions['stores'][number]['put']>[0];

function world(text?: string) {
  const kept: Put[] = [];
  const state = { now: NOON, text, kept, fails: false };
  const options: AnchorOptions = {
    length: async () => 7,
    branch: 'access-ledger',
    head: oid('a'),
    everySeconds: 3_600,
    sign: async (said) => `signed ${said.length}`,
    stores: [
      {
        async put(one) {
          if (state.fails) throw new Retry('away', 'it is away');
          kept.push(one);
        },
      },
    ],
    note: {
      read: async () => state.text,
      async write(next) {
        state.text = next;
      },
    },
    clock: { now: () => state.now },
  };
  const anchor = (now: Instant, head = oid('a')) => {
    state.now = now;
    return anchorLedger({ ...options, head });
  };
  return { state, anchor };
}

describe('an anchor', () => {
  it('is a checkpoint of the head, signed, under a name of its own', async () => {
    const { state, anchor } = world();
    expect(await anchor(NOON)).toBe(true);
    const [put] = state.kept;
    expect(put?.name).toBe('checkpoint-20261122t120000z.txt');
    expect(parseCheckpoint(put?.text ?? '')).toEqual({
      branch: 'access-ledger',
      head: oid('a'),
      commits: 7,
      at: NOON,
    });
    expect(put?.signature).toBe(`signed ${put?.text.length}`);
  });

  it.each<readonly [string, number, string, boolean]>([
    ['not before it is due', 59, 'b', false],
    ['when it is due', 60, 'b', true],
    ['not when nothing is new', 600, 'a', false],
  ])('is written %s', async (_, minutes, head, expected) => {
    const { state, anchor } = world();
    await anchor(NOON);
    expect(await anchor(at(minutes), oid(head))).toBe(expected);
    expect(state.kept).toHaveLength(expected ? 2 : 1);
  });

  it('is tried again when a place is away', async () => {
    const { state, anchor } = world();
    state.fails = true;
    await expect(anchor(NOON)).rejects.toMatchObject({ code: 'away' });
    expect(state.text).toBeUndefined();
    state.fails = false;
    expect(await anchor(at(1))).toBe(true);
  });

  it.each(['', 'x', '2026-13-01T00:00:00Z a'])('is written when its note says %j', async (text) => {
    expect(await world(text).anchor(NOON)).toBe(true);
  });
});
