import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outputTo } from '../../src/cli/output.js';

let folder: string;
const opened: number[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hallpass-output-'));
});

afterEach(() => {
  for (const file of opened.splice(0)) closeSync(file);
  rmSync(folder, { recursive: true });
});

function fileOf(path: string, flags: string | number): number {
  const file = openSync(path, flags);
  opened.push(file);
  return file;
}

function pipe(): number {
  const path = join(folder, 'pipe');
  execFileSync('sh', ['-c', 'mkfifo "$0"', path]);
  return fileOf(path, constants.O_RDWR | constants.O_NONBLOCK);
}

/** A stream that is written down. */
function stream(isTTY: boolean) {
  const said: string[] = [];
  const writable = new Writable({
    write(text, _encoding, done) {
      said.push(String(text));
      done();
    },
  });
  return { said, writable: Object.assign(writable, { isTTY }) };
}

const never = () => {
  throw new Error('no stream is needed');
};

describe('an output that is a file', () => {
  it('has all that was printed, in its order, without a stream', () => {
    const path = join(folder, 'file');
    const output = outputTo(fileOf(path, 'w'), never);
    const long = 'ä'.repeat(1_000_000);
    output.print('first\n');
    output.print(long);
    output.print('');
    expect(readFileSync(path, 'utf8')).toBe(`first\n${long}`);
    expect(output.isTerminal).toBe(false);
  });

  it('says when it cannot be written to', () => {
    const path = join(folder, 'file');
    fileOf(path, 'w');
    expect(() => outputTo(fileOf(path, 'r'), never).print('x')).toThrow('EBADF');
  });
});

it('forgets what nobody wants, without a stream', () => {
  const output = outputTo(fileOf('/dev/null', 'w'), never);
  output.print('x');
  expect(output.isTerminal).toBe(false);
});

describe('an output that somebody reads', () => {
  it('has one stream, and is no terminal where it is a pipe', () => {
    const { said, writable } = stream(true);
    let opens = 0;
    const output = outputTo(pipe(), () => {
      opens += 1;
      return writable;
    });
    expect(output.isTerminal).toBe(false);
    expect(opens).toBe(0);
    output.print('a');
    output.print('b');
    expect(opens).toBe(1);
    expect(said).toEqual(['a', 'b']);
  });

  it.each([true, false])('is a terminal when its stream says so: %s', (isTTY) => {
    const { writable } = stream(isTTY);
    expect(outputTo(fileOf('/dev/ptmx', 'r+'), () => writable).isTerminal).toBe(isTTY);
  });

  it('is asked through its stream where nothing can be told of it', () => {
    const { said, writable } = stream(true);
    const output = outputTo(9_999, () => writable);
    output.print('a');
    expect([output.isTerminal, said]).toEqual([true, ['a']]);
  });

  it('may stop being read, and nothing else', async () => {
    const { writable } = stream(false);
    const output = outputTo(pipe(), () => writable);
    output.print('a');
    expect(writable.emit('error', Object.assign(new Error('gone'), { code: 'EPIPE' }))).toBe(true);
    expect(() => writable.emit('error', new Error('full'))).toThrow('full');
    writable.destroy();
    await expect(output.write('b')).rejects.toThrow();
  });
});
