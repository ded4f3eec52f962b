/**
 * A value the schema has already let through. Schema and core say the same grammar twice, once for other people's tools; should they
 * ever disagree, that is a bug that surfaces here and not a value that slips through.
 */
export function certain<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('the schema let through what the core refuses');
  return value;
}
