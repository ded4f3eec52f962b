/** More than a policy has. */
const MOST = 128;

/**
 * A function from text that always gives the same for the same, and keeps what it gave last. A policy is held against its rules
 * and then built, and the server reads the same one again and again. Too many texts are forgotten together.
 */
export function remembering<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const kept = known.get(text);
    if (kept !== undefined) return kept;
    if (known.size >= MOST) known.clear();
    const value = compute(text);
    known.set(text, value);
    return value;
  };
}
