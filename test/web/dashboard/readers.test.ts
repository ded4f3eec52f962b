import { describe, expect, it } from 'vitest';
import { addSeconds, type Instant } from '../../../src/core/time.js';
import { Retry } from '../../../src/ports/fault.js';
import { createReaders } from '../../../src/web/dashboard/readers.js';
import { NOON } from '../../app/entries.js';

function world() {
  let now: Instant = NOON;
  let answer: () => boolean = () => true;
  const asked: string[] = [];
  const readers = createReaders(
    {
      async mayRead(token) {
        asked.push(token);
        return answer();
      },
    },
    { now: () => now },
  );
  return {
    readers,
    asked,
    says(next: () => boolean) {
      answer = next;
    },
    goes(seconds: number) {
      now = addSeconds(now, seconds);
    },
  };
}

describe('who may read', () => {
  it('is asked once for questions at the same time, and again after a minute', async () => {
    const { readers, asked, goes } = world();
    await Promise.all([readers.mayRead('a'), readers.mayRead('a'), readers.mayRead('b')]);
    expect(asked).toEqual(['a', 'b']);
    goes(59);
    await readers.mayRead('a');
    expect(asked).toHaveLength(2);
    goes(1);
    await readers.mayRead('a');
    expect(asked).toHaveLength(3);
  });

  it('remembers a no like a yes', async () => {
    const { readers, says } = world();
    says(() => false);
    expect(await readers.mayRead('a')).toBe(false);
    says(() => true);
    expect(await readers.mayRead('a')).toBe(false);
  });

  it('remembers nothing of what could not be answered', async () => {
    const { readers, asked, says } = world();
    says(() => {
      throw new Retry('github_unavailable', 'away');
    });
    await expect(readers.mayRead('a')).rejects.toThrow('away');
    says(() => true);
    expect(await readers.mayRead('a')).toBe(true);
    expect(asked).toHaveLength(2);
  });

  it('does not last longer because a clock was set back', async () => {
    const { readers, asked, goes } = world();
    await readers.mayRead('a');
    goes(-3_600);
    await readers.mayRead('a');
    expect(asked).toHaveLength(2);
  });

  it('is bounded: the oldest answer is forgotten first', async () => {
    const { readers, asked } = world();
    for (let index = 0; index <= 1_000; index += 1) await readers.mayRead(`token ${index}`);
    await readers.mayRead('token 1000');
    expect(asked).toHaveLength(1_001);
    await readers.mayRead('token 0');
    expect(asked).toHaveLength(1_002);
  });
});
