import { describe, expect, it } from 'vitest';
import { ownsPath } from '../../../src/core/doctor/code-owners.js';

const PATH = '.github/access/policy.yaml';

describe('who owns a path', () => {
  it.each<readonly [string, boolean]>([
    ['* @acme/a', true],
    ['/.github/ @acme/a', true],
    ['.github/ @acme/a', true],
    ['/.github @acme/a', true],
    ['/.github/** @acme/a', true],
    ['**/access/ @acme/a', true],
    ['access/ @acme/a', true],
    ['/.github/access/*.yaml @acme/a', true],
    ['/.github/access/p*y.yaml alice@example.com', true],
    ['*.yaml @alice', true],
    ['/.github/access/policy.yaml @alice # who rules', true],
    ['', false],
    ['# * @acme/a', false],
    ['*', false],
    ['/* @acme/a', false],
    ['/.github/* @acme/a', false],
    ['/access/ @acme/a', false],
    ['docs/ @acme/a', false],
    ['*.md @acme/a', false],
    ['.GITHUB/ @acme/a', false],
    ['policy.yaml/ @acme/a', false],
    ['* @acme/a\n/.github/access/', false],
    ['/.github/access/\n* @acme/a', true],
    ['* @acme/a\r\n', true],
  ])('%j: %s', (text, owned) => {
    expect(ownsPath(text, PATH)).toBe(owned);
  });
});
