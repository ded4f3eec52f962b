/** Between the `@` and the name it makes a mention a mere text; nobody sees it. */
const ZERO_WIDTH_SPACE = '\u200b';
/** An `@`, also as the entity that Markdown turns into one, before a name; within a word it is an address, which calls nobody. */
const MENTION = /(?<![A-Za-z0-9])(@|&#0*64;|&#[xX]0*40;|&commat;)(?=[A-Za-z0-9])/g;
const NOTE = '\n\n… The rest does not fit here.';

/**
 * A text as it may leave: it mentions nobody, whatever a view or a request put into it (T137), and is not longer than GitHub
 * takes.
 *
 * @param longest in UTF-16 units, never fewer than GitHub's characters
 */
export function outgoing(text: string, longest: number): string {
  const quiet = text.replaceAll(MENTION, `$1${ZERO_WIDTH_SPACE}`);
  if (quiet.length <= longest) return quiet;
  const note = NOTE.length < longest / 2 ? NOTE : '…';
  const cut = quiet.slice(0, longest - note.length);
  // Half of a character outside the basic plane is no text.
  return cut.replace(/[\ud800-\udbff]$/, '') + note;
}
