/** How many are worked on while the first of them is waited for. Bounds what is held in memory. */
const AHEAD = 64;

/**
 * Everything a source gives with what the work makes of it, in the order of the source. The work on the next ones has begun by then, so
 * that who answers (git, mostly) always has something to do. The first failure ends it.
 */
export async function* readAhead<T, R>(
  source: AsyncIterable<T>,
  work: (one: T) => Promise<R>,
): AsyncGenerator<readonly [T, R]> {
  const begun: { readonly one: T; readonly result: Promise<R> }[] = [];
  try {
    for await (const one of source) {
      const result = work(one);
      // Whoever waits for it is told; until then nobody has missed a failure.
      result.catch(() => {});
      begun.push({ one, result });
      if (begun.length >= AHEAD) yield* first(begun);
    }
    while (begun.length > 0) yield* first(begun);
  } finally {
    await Promise.allSettled(begun.map(({ result }) => result));
  }
}

async function* first<T, R>(
  begun: { readonly one: T; readonly result: Promise<R> }[],
): AsyncGenerator<readonly [T, R]> {
  const next = begun.shift();
  if (next !== undefined) yield [next.one, await next.result];
}
