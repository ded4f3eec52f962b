import { describe, expect, it } from 'vitest';
import { parseDocument, type YAMLMap } from 'yaml';
import { patience } from '../../src/core/nearest.js';
import { parseCatalog } from '../../src/documents/catalog.js';
import { linesOf } from '../../src/documents/lines.js';
import { parsePolicy } from '../../src/documents/policy.js';
import { CONTROL_PROFILE } from '../../src/documents/profile.js';
import { suggestion } from '../../src/documents/suggest.js';
import { offsetOf } from '../../src/documents/tree.js';
import { readYaml } from '../../src/documents/yaml-profile.js';
import { providerKinds } from '../../src/wire-offline.js';

/** Names of 58 characters, near enough to each other that each has to be compared to its end. */
const long = (letter: string, index: number) => letter + `x${index}`.padStart(57, 'abcdefghij');
const names = (letter: string, count: number) =>
  Array.from({ length: count }, (_, index) => long(letter, index));

describe('the work a document makes is bounded by its size', () => {
  it('finding where thousands of problems stand looks at each key once', () => {
    const count = 9_000;
    const document = parseDocument(Array.from({ length: count }, (_, index) => `k${index}: 1\n`).join(''));
    let looks = 0;
    const map = document.contents as unknown as YAMLMap;
    map.items = new Proxy(map.items, {
      get(items, key, receiver) {
        if (typeof key === 'string' && /^\d+$/.test(key)) looks += 1;
        return Reflect.get(items, key, receiver);
      },
    });
    for (let index = 0; index < count; index += 1) offsetOf(document as never, [`k${index}`], 'key');
    expect(looks).toBeLessThanOrEqual(2 * count);
    expect(linesOf('x', '').text).toBe('');
  });

  it('suggestions of one document share what may be compared', () => {
    const known = names('e', 600);
    const draft = readYaml(new TextEncoder().encode('a: 1\n'), 'x', CONTROL_PROFILE);
    const told = names('q', 1_000).map((name) => draft.suggest(name, known));
    // The first is compared with all, and the last with none.
    expect(told[0]).toMatch(/^did you mean/);
    expect(told.at(-1)).toBe('use one that is there');
    expect(told.filter((text) => text.startsWith('did')).length).toBeLessThan(10);
  });

  it('one suggestion stops where its share is used up', () => {
    const whole = { left: 58 * 58 * 3 };
    suggestion(long('q', 1), names('e', 600), whole);
    expect(whole.left).toBeLessThan(0);
    expect(whole.left).toBeGreaterThan(-58 * 58 * 2);
    expect(patience().left).toBeLessThan(10_000_000);
  });

  it('a policy of nothing but unknown names, beside a catalog of as many, is told like any other', () => {
    const entitlements = names('e', 600).map((id) => `  ${id}: {title: x, target: t, grant: {name: n}}\n`);
    const catalog = parseCatalog(
      new TextEncoder().encode(
        `version: 1\ntargets: {t: {kind: memory}}\nentitlements:\n${entitlements.join('')}`,
      ),
      'catalog.yaml',
      providerKinds,
    );
    if (!('value' in catalog)) throw new Error('no catalog');
    const sets = Array.from(
      { length: 50 },
      (_, set) =>
        `  -\n${names(`q${set}`, 18)
          .map((name) => `    - ${name}\n`)
          .join('')}`,
    );
    const policy = parsePolicy(
      new TextEncoder().encode(`version: 1\nrules: []\nconflicts:\n${sets.join('')}`),
      'policy.yaml',
      catalog.value,
    );
    expect('value' in policy && policy.warnings.map(({ code }) => code)).toEqual(
      Array(200).fill('conflict_unknown'),
    );
  });
});
