/** Asks once for each key, and again only for one that so many others came after. */
export function keeping<K, V>(most: number, ask: (key: K) => V): (key: K) => V {
  const kept = new Map<K, V>();
  return (key) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const [oldest] = kept.keys();
    if (kept.size >= most && oldest !== undefined) kept.delete(oldest);
    const value = ask(key);
    kept.set(key, value);
    return value;
  };
}
