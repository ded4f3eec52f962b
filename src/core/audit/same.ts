/** Whether two pieces of plain data say the same, in whatever order their keys come. A key that holds `undefined` is one that is not there. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [one, other] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>];
  const keys = keysOf(one);
  return (
    keys.length === keysOf(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSame(one[key], other[key]))
  );
}

/** A list has its places, and nothing else is a hole in it. */
function keysOf(data: Readonly<Record<string, unknown>>): readonly string[] {
  const keys = Object.keys(data);
  return Array.isArray(data) ? keys : keys.filter((key) => data[key] !== undefined);
}
