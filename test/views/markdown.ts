/**
 * What CommonMark leaves outside code spans: a span opens at a run of backticks and closes at the next run of the same length;
 * a run that nothing closes is text.
 */
export function outsideCode(markdown: string): string {
  let rest = markdown;
  let outside = '';
  for (;;) {
    const open = /`+/.exec(rest);
    if (open === null) return outside + rest;
    outside += rest.slice(0, open.index);
    const after = rest.slice(open.index + open[0].length);
    const close = new RegExp(`(?<!\`)${open[0]}(?!\`)`).exec(after);
    if (close === null) {
      outside += open[0];
      rest = after;
    } else {
      rest = after.slice(close.index + open[0].length);
    }
  }
}
