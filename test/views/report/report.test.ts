import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chartSvg } from '../../../src/views/report/chart.js';
import { reportCsv } from '../../../src/views/report/csv.js';
import { reportHtml } from '../../../src/views/report/html.js';
import { reportMarkdown } from '../../../src/views/report/markdown.js';
import { html } from '../../../src/views/report/markup.js';
import { STYLE, STYLE_HASH } from '../../../src/views/report/style.js';
import { reportSaying } from './hostile.js';

const HOSTILE = [
  '<script>alert(1)</script>',
  '</style><img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  '<!--',
  ']]>',
  '&lt;b&gt;',
  'javascript:alert(1)',
  '[x](https://evil.example)',
  '![x](https://evil.example/p.png)',
  'a | b \\| c',
  '@acme/security #1 GH-1',
  '`code` ``',
  '\u202egnp.exe',
  'line\nbreak\r\n| other | cell |',
  '=HYPERLINK("https://evil.example")',
  '+1+cmd|calc',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '  =1+1',
  '＝1+1',
  '"quoted", comma',
] as const;

/** Everything a page says is a tag of ours, with attributes of ours; what is left is text. */
const TAG =
  /<(?:!doctype html|\/?(?:html|head|body|h1|h2|nav|section|div|table|thead|tbody|tr|td|th|p|br|a|figure|figcaption|svg|text|rect|title|style|meta)(?: [a-zA-Z-]+="[^"<>]*")*\/?)>/g;

function textOf(page: string): string {
  return page.replace(/<style>[\s\S]*?<\/style>/, '').replace(TAG, '');
}

/** As RFC 4180 has it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)?.push((quoted ?? bare ?? '').replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
    if (end === '') break;
  }
  return rows.filter((row) => row.length > 1);
}

const anything = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
);

describe('a report as HTML', () => {
  it('holds no markup that is not ours, whatever people wrote (T142)', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const left = textOf(reportHtml(reportSaying(text), 'https://github.com/acme/access'));
        expect(left).not.toMatch(/[<>]/);
        // No attribute can be closed: a quote of theirs is never one.
        expect(left.replaceAll('"', '')).toBe(left);
      }),
      { numRuns: 60 },
    );
  });

  it('has the same tags whatever people wrote', () => {
    const tags = (text: string) =>
      reportHtml(reportSaying(text))
        .match(TAG)
        ?.map((tag) => tag.replace(/aria-label="[^"]*"/, ''));
    for (const text of HOSTILE) expect(tags(text), text).toEqual(tags('plain'));
  });

  it('shows what they wrote', () => {
    expect(reportHtml(reportSaying('<b>&"'))).toContain('&lt;b&gt;&amp;&quot;');
    expect(reportHtml(reportSaying('a\u202eb'))).toContain('a\\u{202e}b');
  });

  it('lets in one style sheet, and nothing else', () => {
    expect(STYLE_HASH).toBe(`sha256-${createHash('sha256').update(STYLE).digest('base64')}`);
    const page = reportHtml(reportSaying('x'));
    expect(page).toContain(`<style>${STYLE}</style>`);
    expect(page.match(/<style|style=|<script|src=|@import|url\(/g)).toEqual(['<style']);
    expect(page).toContain('content="default-src &#39;none&#39;; style-src &#39;sha256-');
  });

  it('leads nowhere without an address', () => {
    expect(reportHtml(reportSaying('x')).match(/href="[^#][^"]*"/g)).toBeNull();
  });

  it('escapes what is put into a template, but for what it made itself', () => {
    const inner = html`<i>${'<'}</i>`;
    expect(html`<b>${inner}${[inner]}${'&'}${1}</b>`.markup).toBe('<b><i>&lt;</i><i>&lt;</i>&amp;1</b>');
  });

  it('draws the last bars of many, and sums up the others', () => {
    const bars = Array.from({ length: 100 }, (_, index) => ({ label: `m${index}`, count: 1 }));
    const { markup } = chartSvg({ title: 't', bars });
    expect(markup.match(/<rect/g)).toHaveLength(70);
    expect(markup).toContain('>up to m30</text>');
    expect(markup).toContain('>31</text>');
  });
});

describe('a report as CSV', () => {
  it('has no field that a spreadsheet runs (T132)', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const rows = parseCsv(reportCsv(reportSaying(text)));
        for (const field of rows.flat()) expect(field).not.toMatch(/^[\s]*[=+\-@\t\r＝＋－＠]/u);
        // No text of theirs makes a row or a column.
        expect(new Set(rows.map((row) => row.length))).toEqual(new Set([rows[0]?.length]));
        expect(rows).toHaveLength(10);
      }),
      { numRuns: 200 },
    );
  });

  it.each(HOSTILE)('keeps what they wrote: %j', (text) => {
    const [titles = [], grant = []] = parseCsv(reportCsv(reportSaying(text)));
    const field = grant[titles.indexOf('justification')] ?? '';
    const [first = ''] = text.match(/[a-z0-9]+/i) ?? [];
    expect(field).toContain(first);
  });
});

describe('a report as Markdown', () => {
  it('keeps its tables whatever people wrote, and nothing of theirs is active', () => {
    const shape = (text: string) =>
      reportMarkdown(reportSaying(text))
        .split('\n')
        .map((line) => (line.startsWith('|') ? line.split('|').length : 0));
    for (const text of HOSTILE) expect(shape(text), text).toEqual(shape('plain'));
    const page = reportMarkdown(reportSaying('[x](https://evil.example) <img> @acme'));
    expect(page.replace(/`[^`]*`/g, '')).not.toMatch(/\]\(|<img|@acme/);
  });
});
