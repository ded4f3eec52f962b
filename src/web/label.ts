/** What stands for everything that is too much. */
export const OTHER = 'other';
const MOST_VALUES = 200;

/**
 * Keeps the values of a label few, whatever comes: each one is a series of its own for whoever collects them. Only for ids and machine
 * codes; names of people never become labels.
 */
export function fewValues(known: Iterable<string> = [], most = MOST_VALUES): (value: string) => string {
  const seen = new Set(known);
  return (value) => {
    if (seen.has(value)) return value;
    if (seen.size >= most) return OTHER;
    seen.add(value);
    return value;
  };
}
