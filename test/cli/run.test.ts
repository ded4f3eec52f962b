import { describe, expect, it } from 'vitest';
import { EXIT_CODES, sayWhy, Unable } from '../../src/cli/exit.js';
import { painterOf } from '../../src/cli/io.js';
import { Blocked, Retry } from '../../src/ports/fault.js';
import { cli } from './harness.js';

describe('the command line', () => {
  it.each([
    [['--help'], 0],
    [['help'], 0],
    [['--version'], 0],
    [['-V'], 0],
    [['policy', '--help'], 0],
    [[], 2],
    [['policy'], 2],
    [['nonsense'], 2],
    [['--nonsense'], 2],
    [['policy', 'nonsense'], 2],
    [['__proto__'], 2],
    [['constructor'], 2],
  ])('%j exits %i', async (argv, code) => {
    const ran = await cli(argv);
    expect(ran.code).toBe(code);
    const [said, silent] = code === 0 ? [ran.out, ran.err] : [ran.err, ran.out];
    expect(said).not.toBe('');
    expect(silent).toBe('');
  });

  it('lists every command and what exit codes mean', async () => {
    const { out } = await cli(['--help']);
    for (const word of [
      'validate',
      'explain',
      'policy',
      'list',
      'revoke',
      'reconcile',
      'audit',
      'serve',
      'sandbox',
    ])
      expect(out).toMatch(new RegExp(`^  ${word}\\b`, 'm'));
    for (const { code, means } of EXIT_CODES) expect(out).toContain(`  ${code}  ${means}`);
  });

  it('guesses what was meant', async () => {
    expect((await cli(['validat'])).err).toContain('Did you mean validate?');
  });

  it('shows nothing unseen of what it was given', async () => {
    const { err } = await cli(['\u001b[31mx\u202e']);
    expect(err).toContain('\\u{1b}[31mx\\u{202e}');
  });
});

describe('why it could not', () => {
  it.each<readonly [unknown, string]>([
    [new Unable('no\u001b[2J ledger', 'Clone it.'), 'hallpass: no\\u{1b}[2J ledger\n  Clone it.\n'],
    [new Blocked('x', 'It is blocked.', 'Ask the owner.'), 'hallpass: It is blocked.\n  Ask the owner.\n'],
    [new Retry('x', 'It is away.'), 'hallpass: It is away.\n  It may go well later; try again.\n'],
    [
      Object.assign(new Error('ENOENT: x'), { code: 'ENOENT', path: '/a\nb' }),
      'hallpass: /a ↵ b: there is no such file or folder\n  Check how it is written, and from which folder you run this.\n',
    ],
    [
      Object.assign(new Error('EACCES'), { code: 'EACCES' }),
      'hallpass: it may not be read\n  Run this as somebody who may, or change its mode or owner.\n',
    ],
    [
      new TypeError('x is not a function'),
      'hallpass: something went wrong that should not: x is not a function\n  Run it again with HALLPASS_DEBUG=1 to see where, and report it.\n',
    ],
    [
      'a string',
      'hallpass: something went wrong\n  Run it again with HALLPASS_DEBUG=1 to see where, and report it.\n',
    ],
  ])('%s', (error, said) => {
    expect(sayWhy(error)).toBe(said);
  });
});

describe('colours', () => {
  it.each([
    [true, {}, '\u001b[31mx\u001b[39m'],
    [true, { NO_COLOR: '' }, '\u001b[31mx\u001b[39m'],
    [true, { NO_COLOR: '1' }, 'x'],
    [false, {}, 'x'],
    [true, { TERM: 'dumb' }, 'x'],
    [false, { FORCE_COLOR: '1' }, '\u001b[31mx\u001b[39m'],
    [false, { FORCE_COLOR: '1', TERM: 'dumb' }, '\u001b[31mx\u001b[39m'],
    [true, { FORCE_COLOR: '0' }, 'x'],
    [true, { FORCE_COLOR: 'false' }, 'x'],
    [true, { FORCE_COLOR: '' }, '\u001b[31mx\u001b[39m'],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, 'x'],
  ])('terminal %s, %j', (colour, env, shown) => {
    const io = { colour, env } as unknown as Parameters<typeof painterOf>[0];
    expect(painterOf(io)('bad', 'x')).toBe(shown);
  });
});
