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
