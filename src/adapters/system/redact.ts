const HIDDEN = '[hidden]';
/** Below this, the inner characters of a secret's base64 are too few to recognise it by. */
const SHORTEST_FOR_BASE64 = 6;
const SHORTEST_LINE = 16;

/** Things that are secret wherever they come from: tokens GitHub mints, passwords in URLs, keys in PEM. */
const SECRET_SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:gh[oprsu]_[A-Za-z0-9_]{16,}|github_pat_[A-Za-z0-9_]{16,})/g, HIDDEN],
  [/(\w:\/\/[^\s/:@]*:)[^\s/@]+@/g, `$1${HIDDEN}@`],
  [/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g, HIDDEN],
];

/** @returns a function that takes the known secrets out of a text: plain, base64 at any offset, and URL-encoded (T146). */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  return (text) => {
    const known = forms.reduce((rest, form) => rest.replaceAll(form, HIDDEN), text);
    return SECRET_SHAPES.reduce((rest, [shape, put]) => rest.replaceAll(shape, put), known);
  };
}

/**
 * The same for secrets that come and go. What they look like in other spellings is worked out once for each list.
 * @param secrets the same list until there is another.
 */
export function currentRedactor(secrets: () => readonly string[]): (text: string) => string {
  let known = secrets();
  let redact = redactor(known);
  return (text) => {
    const current = secrets();
    if (current !== known) redact = redactor(current);
    known = current;
    return redact(text);
  };
}

function formsOf(secret: string): string[] {
  const lines = secret
    .split(/\r?\n/)
    .filter((line) => line.length >= SHORTEST_LINE && !line.startsWith('-----'));
  const forms = [secret, secret.trim(), ...lines].flatMap((each) => [
    each,
    JSON.stringify(each).slice(1, -1),
    encodeURIComponent(each),
    ...base64Cores(each),
  ]);
  return forms.filter((form) => form !== '');
}

/**
 * What is the same in every base64 text that holds the secret: three alignments, without the characters at the rims that
 * mix with their neighbours.
 */
function base64Cores(secret: string): string[] {
  const bytes = Buffer.from(secret);
  if (bytes.length < SHORTEST_FOR_BASE64) return [];
  return [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    const start = Math.ceil((offset * 8) / 6);
    const end = Math.floor((shifted.length * 8) / 6);
    return [shifted.toString('base64').slice(start, end), shifted.toString('base64url').slice(start, end)];
  });
}
