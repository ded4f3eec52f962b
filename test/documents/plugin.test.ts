import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instant } from '../../src/core/time.js';
import { parseAnswer } from '../../src/documents/plugin-answer.js';
import { renderCall, VERBS } from '../../src/documents/plugin-call.js';
import { parseStrictJson } from '../../src/documents/strict-json.js';
import { bytes } from './documents.js';

describe('strict JSON', () => {
  it('reads what JSON.parse reads, where nobody could read it otherwise', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        const read = parseStrictJson(bytes(text));
        if ('value' in read) expect(read.value).toEqual(JSON.parse(text));
        else expect(read.problem).toMatch(/__proto__|exactly/);
      }),
    );
  });

  it.each([
    ['', /empty/],
    [' \n', /empty/],
    ['{', /not one JSON/],
    ['{}{}', /not one JSON/],
    ['\uFEFF{}', /not one JSON/],
    ["{'a':1}", /not one JSON/],
    ['{"a":1,}', /not one JSON/],
    ['{"a":NaN}', /not one JSON/],
    ['{"a":-Infinity}', /not one JSON/],
    ['{"a":1,"a":1}', /twice/],
    ['{"a":1,"\\u0061":2}', /twice/],
    ['[{"x":{"b":1,"c":{"b":2},"b":3}}]', /twice/],
    ['{"__proto__":{}}', /__proto__/],
    ['{"a":{"\\u005f_proto__":1}}', /__proto__/],
    ['1e999', /exactly/],
    ['{"a":[9007199254740993]}', /exactly/],
    [`${'['.repeat(100_000)}`, /deeper/],
    [`${'['.repeat(33)}${']'.repeat(33)}`, /deeper/],
  ])('refuses %.40j', (text, problem) => {
    expect(parseStrictJson(bytes(text))).toEqual({ problem: expect.stringMatching(problem) });
  });

  it.each(['{"a":"{\\"a\\":1}","b":{"a":1},"c":[{"a":1},{"a":1}]}', '{"constructor":1,"a\\"b":2}', '"\\\\"'])(
    'is not misled by %s',
    (text) => expect(parseStrictJson(bytes(text))).toEqual({ value: JSON.parse(text) }),
  );

  it('refuses bytes that are no UTF-8', () => {
    expect(parseStrictJson(new Uint8Array([0x22, 0xff, 0x22]))).toEqual({ problem: 'it is not UTF-8' });
  });
});

describe('a call', () => {
  const deadline = '2026-11-22T12:00:30Z' as Instant;
  const until = '2026-11-22T13:00:00Z' as Instant;

  it('is one line with its keys in order, and coordinates sorted', () => {
    const question = { key: 'k', until, grant: { b: 'x', a: 1 }, subject: 'alice', verb: 'grant' } as const;
    expect(renderCall({ deadline, target: 't', id: 'i', question })).toBe(
      `{"version":1,"id":"i","verb":"grant","target":"t","deadline":"${deadline}","subject":"alice",` +
        `"grant":{"a":1,"b":"x"},"until":"${until}","key":"k"}`,
    );
  });

  it('ends with the receipt, as the plugin gave it', () => {
    const receipt = { scope: ['"subject":"mallory"'], grant: { b: 1, a: 2 }, subject: 'mallory' };
    const question = { verb: 'revoke', subject: 'alice', grant: { a: 1 }, receipt } as const;
    const text = renderCall({ deadline, target: 't', id: 'i', question });
    expect(text).toContain(`"receipt":${JSON.stringify(receipt)}}`);
    expect(/"subject":"([^"]*)"/.exec(text)?.[1]).toBe('alice');
  });
});

describe('the page about plugins', () => {
  const page = readFileSync(new URL('../../docs/spec/plugin.md', import.meta.url), 'utf8');
  const [call = '', answer = ''] = [...page.matchAll(/^```json\n(.*)\n```$/gm)].map(([, text]) => text);

  it('shows a call as it is written', () => {
    const { id, target, deadline: until, version: _version, ...question } = JSON.parse(call);
    expect(renderCall({ id, target, deadline: until, question })).toBe(call);
  });

  it('shows an answer that is taken', () => {
    const { id } = JSON.parse(call);
    expect(parseAnswer(bytes(answer), { id, verb: 'grant' })).toMatchObject({ status: 'ok' });
  });

  it('describes every verb', () => {
    expect([...page.matchAll(/^\| `([a-z_]+)` \| .* \| .* \|$/gm)].map(([, verb]) => verb)).toEqual([
      ...VERBS,
    ]);
  });
});

describe('an answer', () => {
  it('never throws, whatever comes', () => {
    const text = fc.oneof(fc.string(), fc.json());
    fc.assert(
      fc.property(text, (one) => {
        expect(parseAnswer(bytes(one), { id: 'i', verb: 'observe' })).toHaveProperty('problem');
      }),
    );
  });

  it('names what is wrong and where', () => {
    const answer = { version: 1, id: 'i', status: 'ok', complete: true, held: [{ subject: 'a', extra: 1 }] };
    expect(parseAnswer(bytes(JSON.stringify(answer)), { id: 'i', verb: 'observe' })).toEqual({
      problem: expect.stringContaining('/held/0'),
    });
  });
});
