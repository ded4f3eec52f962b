import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Login } from '../../src/core/identity.js';
import type { RequestId } from '../../src/core/request.js';
import { commentOf } from '../../src/views/comment.js';
import type { DecisionView } from '../../src/views/decision-view.js';
import {
  APPROVED,
  account,
  BY_BOB,
  DENIED,
  entitlement,
  ID,
  instant,
  PENDING,
  request,
  requestView,
  view,
} from './decisions.js';
import { outsideCode } from './markdown.js';

const TYPO = {
  file: 'access-requests/2026/11/alice-orders-db.yaml',
  line: 4,
  column: 1,
  code: 'unknown_key',
  severity: 'error',
  message: 'There is no key "durration".',
  fix: 'Write "duration".',
} as const;

const ASKED = [
  { login: 'carol', why: 'team security, asked least lately' },
  { login: 'dana', why: 'named by the rule' },
];

/** Golden files: `npx vitest run test/views -u` writes them anew; look at the difference before committing it. */
const GOLDEN: readonly (readonly [name: string, view: DecisionView])[] = [
  ['pending', view({ requests: [requestView(PENDING)], asked: ASKED })],
  ['approved', view({ requests: [requestView(APPROVED)] })],
  [
    'had-before',
    view({
      requests: [
        requestView(PENDING, {
          lastHeld: [
            { entitlement: 'orders-db-readonly', until: instant('2026-11-20T09:30:00Z'), isOver: true },
          ],
        }),
      ],
    }),
  ],
  [
    'has-already',
    view({
      requests: [
        requestView(PENDING, {
          request: request({ entitlements: ['orders-db-readonly', 'orders-db-admin'] }),
          lastHeld: [
            { entitlement: 'orders-db-readonly', until: instant('2026-11-22T13:00:00Z'), isOver: false },
            { entitlement: 'orders-db-admin', until: instant('2026-11-20T09:30:00Z'), isOver: true },
          ],
        }),
      ],
    }),
  ],
  ['denied', view({ requests: [requestView(DENIED, { request: request({ duration: '8h' as never }) })] })],
  ['invalid', view({ issues: [TYPO, { ...TYPO, line: 9, severity: 'warning', code: 'document_unread' }] })],
  [
    'broken-policy',
    view({ requests: [requestView(PENDING)], broken: [{ ...TYPO, file: '.github/access/policy.yaml' }] }),
  ],
  ['draft', view({ refusal: { message: 'Drafts are not decided.', unblock: 'Mark it ready for review.' } })],
  ['removal', view({ pullRequest: 'removal', removals: [ID] })],
  ['control', view({ pullRequest: 'control' })],
  [
    'control-impact',
    view({
      pullRequest: 'control',
      impact: {
        looked: 4,
        impacts: [
          { kind: 'gains', name: '2026/11/bob-a', standing: 'live', before: 'denied', after: 'approved' },
          {
            kind: 'loses',
            name: '2026/11/bob-b',
            standing: 'ended',
            before: 'approved',
            after: 'denied',
            because: 'The request asks for 2h; rule a allows 1h at most.',
          },
        ],
      },
    }),
  ],
  [
    'scheduled',
    view({
      requests: [requestView(APPROVED)],
      next: {
        kind: 'scheduled',
        from: instant('2026-11-22T14:00:00Z'),
        until: instant('2026-11-22T16:00:00Z'),
      },
    }),
  ],
  ['not-granted', view({ requests: [requestView(PENDING)], next: { kind: 'not_granted' } })],
  ['other', view({ pullRequest: 'other' })],
  [
    'granted',
    view({
      requests: [requestView(APPROVED)],
      next: { kind: 'granted', until: instant('2026-11-22T14:00:00Z') },
    }),
  ],
  [
    'two-requests',
    view({
      requests: [
        requestView(APPROVED, { requester: 'bob' }),
        requestView(PENDING, {
          request: request({ id: '2026/11/alice-more' as RequestId, extends: ID, entitlements: ['a', 'b'] }),
          entitlements: [entitlement({ id: 'a' }, { nativeExpiry: 'enforced', endsSessions: false })],
        }),
      ],
    }),
  ],
  [
    'break-glass',
    view({
      requests: [
        requestView({ ...APPROVED, approvals: [], groups: [] }, { request: request({ breakGlass: true }) }),
      ],
    }),
  ],
];

describe('the comment', () => {
  it.each(GOLDEN)('says it well: %s', async (name, seen) => {
    await expect(`${commentOf(seen)}\n`).toMatchFileSnapshot(`../golden/comment/${name}.md`);
  });

  it('tells who gets what, for how long, why and how risky in its first five lines', () => {
    const lines = commentOf(view({ requests: [requestView(PENDING)] })).split('\n');
    expect(lines[0]).toBe('### ⏳ Waiting for approval: `alice` wants `orders-db-readonly` for 2h');
    expect(lines.slice(2, 7).map((line) => /^- \*\*(.+?):\*\*/.exec(line)?.[1])).toEqual([
      'Who',
      'Gets',
      'How long',
      'Why',
      'Risk and end',
    ]);
  });

  it('stays below what GitHub takes, says what it left out, and closes what it opened', () => {
    const findings = Array.from({ length: 5_000 }, (_, index) => ({
      ...DENIED.findings[0]!,
      message: `Finding ${index}.`,
    }));
    const text = commentOf(view({ requests: [requestView({ ...DENIED, findings })] }));
    expect(text.length).toBeLessThanOrEqual(65_000);
    expect(text.length).toBeGreaterThan(60_000);
    expect(text).toMatch(/\d+ more lines are left out here; `hallpass explain` shows them\.\n\n<\/details>/);
    expect(text).toContain('- and 4950 more');
    expect(text).toMatch(/\*\*Next:\*\*/);
  });

  it('names ten people of a large team and counts the rest', () => {
    const candidates = Array.from({ length: 300 }, (_, index) => account(`person-${index}`, index));
    const groups = PENDING.groups.map((group) => ({ ...group, candidates }));
    const text = commentOf(view({ requests: [requestView({ ...PENDING, groups })] }));
    expect(text).toContain('`person-8` or 291 more can give it');
    expect(text).not.toContain('person-9`');
  });
});

const HOSTILE = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '@everyone',
        '@a/b',
        '<img src=x>',
        '</details>',
        '<!--',
        '```',
        '`',
        '[x](http://e)',
        '![p](//e)',
        '\n\n# h',
        '#1',
        'www.e.x',
        '\u202e',
        '\u001b[31m',
        '&commat;',
        '\\',
        '*',
        '|',
        ' ',
        '\n- [ ]',
        '---',
      ),
      fc.string({ unit: 'grapheme', maxLength: 5 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

/** Puts somebody's text wherever a text can be. */
function poisoned(text: string): DecisionView {
  const finding = { ...DENIED.findings[0]!, message: text, unblock: text, rule: text, entitlement: text };
  const who = account(text);
  const group = {
    ...PENDING.groups[1]!,
    rule: text,
    from: { teams: [text], users: [text as Login] },
    filledBy: [who],
    count: 2,
    candidates: [who],
  };
  const decision = {
    ...PENDING,
    findings: [finding, { ...finding, status: 'errored' as const }],
    rules: [text],
    unsatisfied: [text],
    groups: [group],
    vetoes: [who],
    dismissals: [{ review: { ...BY_BOB, author: who }, reason: 'too_old' as const, message: text }],
  };
  const asksFor = request({
    id: text as RequestId,
    subject: text as Login,
    entitlements: [text],
    justification: text,
    ticket: text,
    extends: text as RequestId,
  });
  const bad = { ...TYPO, file: text, code: text as never, message: text, fix: text };
  const one = requestView(decision, {
    request: asksFor,
    requester: `${text}x`,
    entitlements: [entitlement({ id: text, title: `${text}!` })],
  });
  return view({
    requests: [one, one],
    removals: [text as RequestId],
    issues: [bad],
    broken: [bad],
    refusal: { message: text, unblock: text },
    asked: [{ login: text, why: text }],
  });
}

describe('hostile text', () => {
  it('is never active in the comment', () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const ours = /^(?:<\/?details>|<summary>[\w ,]+<\/summary>)$/;
        const lines = commentOf(poisoned(text)).split('\n');
        for (const line of lines) {
          const outside = outsideCode(line.replace(ours, '')).replace(/^#{3,4} |^ *- |\*\*[\w ]+:\*\*/g, '');
          expect(outside).not.toMatch(/[@<>&`[\]_~|\\#*]|:\/\/|www\./);
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        }
      }),
      { numRuns: 300 },
    );
  });
});
