/** How many are worked on while the first of them is waited for. Bounds what is held in memory. */
const AHEAD = 64;

/**
 * Everything a source gives with what the work makes of it, in the order of the source. The work on the next ones has begun by then, so
 * that who answers (git, mostly) always has something to do. A failure of either comes after everything before it.
 */
export async function* readAhead<T, R>(
  source: AsyncIterable<T>,
  work: (one: T) => Promise<R>,
): AsyncGenerator<readonly [T, R]> {
  const begun: Begun<T, R>[] = [];
  let broken: { readonly by: unknown } | undefined;
  const toldLater = async function* (): AsyncGenerator<T> {
    try {
      yield* source;
    } catch (error) {
      broken = { by: error };
    }
  };
  for await (const one of toldLater()) {
    const result = work(one);
    // Whoever waits for it is told; until then nobody has missed a failure.
    result.catch(() => {});
    begun.push({ one, result });
    if (begun.length >= AHEAD) yield* first(begun);
  }
  while (begun.length > 0) yield* first(begun);
  if (broken !== undefined) throw broken.by;
}

interface Begun<T, R> {
  readonly one: T;
  readonly result: Promise<R>;
}

async function* first<T, R>(begun: Begun<T, R>[]): AsyncGenerator<readonly [T, R]> {
  const next = begun.shift();
  if (next !== undefined) yield [next.one, await next.result];
}
