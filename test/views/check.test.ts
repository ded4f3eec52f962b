import { describe, expect, it } from 'vitest';
import { checkOf } from '../../src/views/check.js';
import type { DecisionView } from '../../src/views/decision-view.js';
import { APPROVED, DENIED, HEAD, PENDING, requestView, view } from './decisions.js';

const ISSUE = {
  file: 'access-requests/2026/11/alice-orders-db.yaml',
  line: 4,
  column: 1,
  code: 'unknown_key',
  severity: 'error',
  message: '"durration" is not a key here',
  fix: 'did you mean duration?',
} as const;

const INVALID = { ...DENIED, outcome: 'invalid' as const };

describe('the check', () => {
  /** Only `success` and `neutral` let a merge pass where the check is required. */
  it.each<readonly [string, DecisionView, string]>([
    ['approved', view({ requests: [requestView(APPROVED)] }), 'success'],
    ['pending', view({ requests: [requestView(PENDING)] }), 'action_required'],
    ['denied', view({ requests: [requestView(DENIED)] }), 'failure'],
    ['invalid', view({ requests: [requestView(INVALID)] }), 'failure'],
    ['the worst of two', view({ requests: [requestView(APPROVED), requestView(DENIED)] }), 'failure'],
    [
      'a broken file beside an approved one',
      view({ requests: [requestView(APPROVED)], issues: [ISSUE] }),
      'failure',
    ],
    [
      'a warning',
      view({ requests: [requestView(APPROVED)], issues: [{ ...ISSUE, severity: 'warning' }] }),
      'success',
    ],
    ['broken rules', view({ requests: [requestView(APPROVED)], broken: [ISSUE] }), 'failure'],
    [
      'refused',
      view({ requests: [requestView(APPROVED)], refusal: { message: 'No.', unblock: 'Yes.' } }),
      'failure',
    ],
    ['mixed', view({ pullRequest: 'mixed', requests: [requestView(APPROVED)] }), 'failure'],
    ['a request pull request without a request', view({}), 'failure'],
    ['removal', view({ pullRequest: 'removal' }), 'success'],
    ['removal under broken rules', view({ pullRequest: 'removal', broken: [ISSUE] }), 'success'],
    ['control', view({ pullRequest: 'control' }), 'success'],
    ['broken control', view({ pullRequest: 'control', issues: [ISSUE] }), 'failure'],
    ['control that mends broken rules', view({ pullRequest: 'control', broken: [ISSUE] }), 'success'],
    ['other', view({ pullRequest: 'other' }), 'neutral'],
  ])('%s', (_name, seen, conclusion) => {
    expect(checkOf(seen, HEAD).conclusion).toBe(conclusion);
  });

  it('points at the line and says how to mend it', () => {
    expect(
      checkOf(view({ issues: [ISSUE, { ...ISSUE, line: 0, severity: 'warning' }] }), HEAD),
    ).toMatchObject({
      head: HEAD,
      title: 'Needs a fix: 1 problem',
      annotations: [
        {
          path: ISSUE.file,
          line: 4,
          level: 'failure',
          title: 'unknown_key',
          message: '"durration" is not a key here — did you mean duration?',
        },
        { line: 1, level: 'warning' },
      ],
    });
  });

  it('annotates the line of a request that policy forbids, and says it once in the text', () => {
    const forbidden = {
      ...ISSUE,
      line: 5,
      code: 'request_impossible' as const,
      message: 'It asks for 8h.',
      fix: 'Ask for 2h.',
    };
    const { annotations, summary } = checkOf(
      view({ requests: [requestView(DENIED, { inFile: [forbidden] })] }),
      HEAD,
    );
    expect(annotations).toMatchObject([
      { line: 5, level: 'failure', message: 'It asks for 8h. — Ask for 2h.' },
    ]);
    expect(summary).not.toContain('It asks for 8h.');
  });

  it('keeps annotations to what one call takes and shows nothing unseen', () => {
    const many = Array.from({ length: 60 }, () => ({
      ...ISSUE,
      message: `\u001b[31m\u202e${'x'.repeat(5_000)}`,
    }));
    const { annotations, summary } = checkOf(view({ issues: many }), HEAD);
    expect(annotations).toHaveLength(50);
    expect(annotations[0]?.message).toMatch(/^\\u\{1b\}\[31m\\u\{202e\}x+… \(\d+ more characters\)$/);
    expect(summary.length).toBeLessThan(65_535);
  });

  it('renders what people read', async () => {
    const { summary } = checkOf(
      view({ requests: [requestView(PENDING)], issues: [{ ...ISSUE, severity: 'warning' }] }),
      HEAD,
    );
    await expect(`${summary}\n`).toMatchFileSnapshot('../golden/check/pending.md');
  });
});
