import { expect, test } from 'vitest';
import { keeping } from '../../../src/app/auditing/keeping.js';

test('each key is asked for once, until so many others have come', () => {
  const asked: string[] = [];
  const ask = keeping(2, (key: string) => {
    asked.push(key);
    return key.toUpperCase();
  });
  expect(['a', 'b', 'a', 'b'].map(ask)).toEqual(['A', 'B', 'A', 'B']);
  expect(asked).toEqual(['a', 'b']);
  expect(['c', 'b', 'a'].map(ask)).toEqual(['C', 'B', 'A']);
  expect(asked).toEqual(['a', 'b', 'c', 'a']);
});
