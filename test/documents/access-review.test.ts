import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccessReviewId, ReviewList } from '../../src/core/access-review/access-review.js';
import { parseReviewList, renderReviewList } from '../../src/documents/access-review.js';
import { at } from '../app/entries.js';
import { bytes, problems } from './documents.js';

const ID = '2026/11/22-adoption-orders-db-dba' as AccessReviewId;
const list = (subject: string, justification = ''): ReviewList => ({
  version: 1,
  kind: 'adoption',
  due: at(600),
  owners: { teams: ['dba'], users: [] },
  items: [
    {
      standing: { target: 'orders-db', subject, grant: { role: 'app_readonly' } },
      subject,
      entitlements: ['orders-db-readonly'],
      keep: 'no',
      justification,
    },
  ],
});

describe('a list to fill in', () => {
  it('has every answer on lines of its own, without quotes', () => {
    expect(renderReviewList(list('reporting'), ID)).toContain('\n    keep: no\n    justification: ""\n');
  });

  it('is read back as it was, whatever a target calls somebody, or is not written at all', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 300, unit: 'binary' }), (subject) => {
        const asked = list(subject);
        let text: string;
        try {
          text = renderReviewList(asked, ID);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        expect(parseReviewList(bytes(text), ID)).toMatchObject({ value: asked });
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    'reporting',
    'yes',
    'no',
    '123',
    'a: b',
    '# c',
    '- d',
    'ü',
    '"quoted"',
    "it's",
    'cn=app,ou=x',
    'a\\b',
  ])('takes %j', (subject) => {
    expect(parseReviewList(bytes(renderReviewList(list(subject), ID)), ID)).toMatchObject({
      value: list(subject),
    });
  });

  it.each(['a\u202eb', 'a\u0000b', '\ud800', 'a\tb'])('is not written with %j', (subject) => {
    expect(() => renderReviewList(list(subject), ID)).toThrow(RangeError);
  });

  it('of fifty has room for everything its owners have to say', () => {
    const [item] = list('x'.repeat(300)).items;
    const items = Array.from({ length: 50 }, (_, index) => ({
      ...item!,
      subject: `${index}`,
      justification: 'because '.repeat(40).trim(),
    }));
    const full = { ...list('x'), items };
    expect(parseReviewList(bytes(renderReviewList(full, ID)), ID)).toMatchObject({ value: full });
  });

  it.each([
    ['keep: no', 'keep: maybe', 'invalid_value'],
    ['keep: no', 'keep: true', 'wrong_type'],
    ['    keep: no\n', '', 'missing_key'],
    ['justification: ""', 'justification: |\n      a\n      b', undefined],
    ['keep: no', 'keep: no\n    keep: yes', 'duplicate_key'],
    ['kind: adoption', 'kind: &a adoption', 'yaml_anchor'],
    ['version: 1', 'version: 2', 'unknown_version'],
    ['items:', 'extra: 1\nitems:', 'unknown_key'],
  ])('with %j as %j says %s', (from, to, code) => {
    const text = renderReviewList(list('reporting'), ID).replace(from, to);
    const found = problems(parseReviewList(bytes(text), ID)).join('\n');
    if (code === undefined) expect(found).toBe('');
    else expect(found).toContain(code);
  });
});
