/** One thing that happens on the recorded terminal, at a time in seconds. */
export interface Moment {
  readonly at: number;
  readonly text: string;
  readonly kind: 'typed' | 'printed' | 'told';
}

const COLUMNS = 116;
const ROWS = 26;
/** Seconds: a key, an answer, a line of it, and how long somebody reads. */
const PACE = { key: 0.03, answer: 0.7, line: 0.08, reading: 2.2, end: 6 } as const;

/** What stands between the commands: what others do meanwhile, where no terminal shows it. */
export type Told = ReadonlyMap<number, string>;

/** The console blocks of a page, one after the other, as somebody at a terminal would have them. @param told by the number of a block */
export function sessionOf(page: string, told: Told): readonly Moment[] {
  const blocks = [...page.matchAll(/^```console\n([\s\S]*?)^```/gm)].map(([, text = '']) => text);
  const moments: Moment[] = [];
  let at = 0.5;
  const add = (kind: Moment['kind'], text: string, takes: number): void => {
    moments.push({ at: Math.round(at * 100) / 100, kind, text });
    at += takes;
  };
  for (const [index, aside] of told) {
    for (const line of aside === '' ? [] : ['', `# ${aside}`]) add('told', line, PACE.reading / 2);
    for (const line of (blocks[index] ?? '').trimEnd().split('\n')) {
      if (line.startsWith('$ ')) add('typed', line.slice(2), line.length * PACE.key + PACE.answer);
      else add('printed', line, PACE.line);
    }
    at += PACE.reading;
  }
  return moments;
}

/** An asciicast of version 2 (docs.asciinema.org, "asciicast v2"), for `asciinema play`. */
export function castOf(moments: readonly Moment[], title: string): string {
  const head = { version: 2, width: COLUMNS, height: ROWS, title, env: { TERM: 'xterm-256color' } };
  const events = moments.flatMap(({ at, kind, text }) => {
    if (kind !== 'typed') return [[at, 'o', `${text}\r\n`]];
    const keys = [...text].map((key, index) => [
      Math.round((at + index * PACE.key) * 100) / 100,
      'o',
      index === 0 ? `$ ${key}` : key,
    ]);
    return [...keys, [keys.at(-1)?.[0] ?? at, 'o', '\r\n']];
  });
  return [head, ...events].map((line) => `${JSON.stringify(line)}\n`).join('');
}

interface Row extends Moment {
  readonly row: number;
}

const WIDE = 8.1;
const HIGH = 19;
const MARGIN = 18;

/**
 * The same as a picture that moves, of nothing but text and styles, so that it plays wherever a picture may stand. Who wants no motion
 * sees the end of it.
 */
export function pictureOf(moments: readonly Moment[], title: string): string {
  const rows = wrapped(moments);
  const total = Math.ceil((rows.at(-1)?.at ?? 0) + PACE.end);
  const part = (seconds: number): string => `${Math.round((seconds / total) * 10_000) / 100}%`;
  const width = Math.ceil(COLUMNS * WIDE + 2 * MARGIN);
  const height = ROWS * HIGH + 2 * MARGIN;
  const times = [...new Set(rows.map(({ at }) => at))];
  const appear = times.map(
    (at, index) =>
      `@keyframes t${index}{0%{opacity:0}${part(at)}{opacity:0}${part(at + 0.01)}{opacity:1}to{opacity:1}}.t${index}{animation:t${index} ${total}s infinite}`,
  );
  const scroll = rows
    .filter(({ row }) => row >= ROWS)
    .map(({ at, row }) => `${part(at)}{transform:translateY(${-(row - ROWS + 1) * HIGH}px)}`);
  const last = Math.max(0, rows.length - ROWS) * HIGH;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
<title id="title">${escaped(title)}</title>
<style>
svg{background:#0d1117;border-radius:8px}
text{font:13.5px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#c9d1d9;white-space:pre}
.typed{fill:#fff;font-weight:600}.told{fill:#7d8590;font-style:italic}.good{fill:#3fb950}.bad{fill:#ff7b72}.dim{fill:#7d8590}.strong{font-weight:600}
#all{transform:translateY(${-last}px);animation:scroll ${total}s steps(1,end) infinite}
@keyframes scroll{0%{transform:translateY(0)}${scroll.join('')}to{transform:translateY(${-last}px)}}
${appear.join('\n')}
@media (prefers-reduced-motion:reduce){*{animation:none!important}}
</style>
<clipPath id="screen"><rect x="0" y="${MARGIN - 1}" width="${width}" height="${ROWS * HIGH + 4}"/></clipPath>
<g clip-path="url(#screen)"><g id="all">
${rows.map((one) => lineOf(one, times.indexOf(one.at))).join('\n')}
</g></g>
</svg>
`;
}

/** As a terminal breaks lines that are too long. */
function wrapped(moments: readonly Moment[]): readonly Row[] {
  const rows: Row[] = [];
  for (const moment of moments) {
    const whole = moment.kind === 'typed' ? `$ ${moment.text}` : moment.text;
    const parts = whole.match(new RegExp(`.{1,${COLUMNS}}`, 'gu')) ?? [''];
    for (const text of parts) rows.push({ ...moment, text, row: rows.length });
  }
  return rows;
}

/** What a terminal shows in colours. */
const STYLES: readonly (readonly [RegExp, string])[] = [
  [/^Granted until|^Everything is in order/, 'good'],
  [/^hallpass: /, 'bad'],
  [/^… /, 'dim'],
  [/^Missing$|^SUBJECT /, 'strong'],
];

function lineOf({ kind, text, row }: Row, time: number): string {
  const style = kind === 'printed' ? STYLES.find(([pattern]) => pattern.test(text))?.[1] : kind;
  const classes = [`t${time}`, style].filter((one) => one !== undefined).join(' ');
  const y = MARGIN + row * HIGH + 13;
  return text === '' ? '' : `<text class="${classes}" x="${MARGIN}" y="${y}">${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
