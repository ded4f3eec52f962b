import { describe, expect, it } from 'vitest';
import type { Io } from '../../src/cli/io.js';
import { progressOf } from '../../src/cli/progress.js';
import type { Prompts } from '../../src/cli/prompts.js';

const CLEAR = '\r\u001b[K';

/** A terminal that is written down, and seconds that pass when they are told to. */
function terminal() {
  const said: string[] = [];
  let tick: (() => void) | undefined;
  const io: Io = {
    out: (text) => said.push(`out ${text}`),
    err: (text) => said.push(`err ${text}`),
    env: {},
    cwd: '/',
    colour: true,
    everySecond: (each) => {
      tick = each;
      return () => {
        tick = undefined;
      };
    },
    ask: async () => {
      tick?.();
      return 'yes';
    },
    prompts: async () => ({ confirm: async () => tick?.() ?? true }) as unknown as Prompts,
    untilStopped: async () => {},
  };
  return { io, said, pass: () => tick?.() };
}

describe('progress', () => {
  it('says nothing of what is done within a second, and cleans up after what is not', () => {
    const { io, said, pass } = terminal();
    const quick = progressOf(io, 'proving');
    quick.start();
    quick.stop();
    pass();
    expect(said).toEqual([]);
    const slow = progressOf(io, 'proving\u001b[2J');
    slow.start();
    pass();
    pass();
    slow.stop();
    pass();
    const shown = '… proving\\u{1b}[2J';
    expect(said).toEqual([`err ${shown} (1 s)`, `err ${CLEAR}${shown} (2 s)`, `err ${CLEAR}`]);
  });

  it('is pushed aside by whatever is printed', () => {
    const { io, said, pass } = terminal();
    const progress = progressOf(io, 'reading');
    progress.start();
    pass();
    progress.io.out('one\n');
    progress.io.err('two\n');
    pass();
    progress.stop();
    expect(said).toEqual([
      'err … reading (1 s)',
      `err ${CLEAR}`,
      'out one\n',
      'err two\n',
      'err … reading (2 s)',
      `err ${CLEAR}`,
    ]);
  });

  it('is quiet while somebody is asked, and goes on after', async () => {
    const { io, said, pass } = terminal();
    const progress = progressOf(io, 'reading');
    progress.start();
    expect(await progress.io.ask?.('?')).toBe('yes');
    expect(await (await progress.io.prompts?.())?.confirm('?')).toBe(true);
    expect(said).toEqual([]);
    pass();
    expect(said).toEqual(['err … reading (3 s)']);
  });

  it('is over once something runs that goes on until it is told to stop', async () => {
    const { io, said, pass } = terminal();
    const progress = progressOf(io, 'starting');
    progress.start();
    pass();
    await progress.io.untilStopped();
    pass();
    expect(said).toEqual(['err … starting (1 s)', `err ${CLEAR}`]);
  });

  it('is not shown where nobody watches, or for what has no end', () => {
    const { io, said } = terminal();
    const { everySecond: _, ...unwatched } = io;
    progressOf(unwatched, 'reading').start();
    progressOf(io, undefined).start();
    expect(progressOf(io, undefined).io).toBe(io);
    expect(said).toEqual([]);
  });
});
