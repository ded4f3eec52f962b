/** Keeps the values used last, for what is read by an id that never stands for anything else. */
export interface Kept<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
}

/** @param limit of how much is kept; each value weighs 1 unless `weigh` says otherwise. The last one is kept whatever it weighs. */
export function keepLast<K, V>(limit: number, weigh: (value: V) => number = () => 1): Kept<K, V> {
  const values = new Map<K, V>();
  let weight = 0;

  function forget(key: K): void {
    const value = values.get(key);
    if (value === undefined) return;
    values.delete(key);
    weight -= weigh(value);
  }

  return {
    get(key) {
      const value = values.get(key);
      if (value !== undefined) {
        values.delete(key);
        values.set(key, value);
      }
      return value;
    },
    set(key, value) {
      forget(key);
      values.set(key, value);
      weight += weigh(value);
      for (const oldest of values.keys()) {
        if (weight <= limit || oldest === key) break;
        forget(oldest);
      }
    },
  };
}

/**
 * Asks once for what ids stand for: they name their content, so the answer is the same for ever. A fault is not kept, nor `undefined`, which may only
 * mean that something is not here yet.
 * @param weigh how much of the limit an answer takes; each takes 1 unless this says otherwise
 */
export function askOnce<Ids extends readonly string[], V>(
  ask: (...ids: Ids) => Promise<V>,
  { limit, weigh }: { readonly limit: number; readonly weigh?: (value: V) => number },
): (...ids: Ids) => Promise<V> {
  const kept = keepLast<string, { readonly value: V }>(limit, ({ value }) => weigh?.(value) ?? 1);
  return async (...ids) => {
    const key = ids.join('\0');
    const known = kept.get(key);
    if (known !== undefined) return known.value;
    const value = await ask(...ids);
    if (value !== undefined) kept.set(key, { value });
    return value;
  };
}
