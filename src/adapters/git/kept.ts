/** Keeps the values used last, for what is read by an id that never stands for anything else. */
export interface Kept<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
}

export function keepLast<K, V>(limit: number): Kept<K, V> {
  const values = new Map<K, V>();
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
      values.delete(key);
      values.set(key, value);
      const [oldest] = values.keys();
      if (values.size > limit && oldest !== undefined) values.delete(oldest);
    },
  };
}
