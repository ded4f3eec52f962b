/**
 * Does one piece of work at a time. What is asked for meanwhile waits and is done in one go after it, so that ten who come at once wait for
 * two pieces and not for ten. Nobody is given what began before they asked; what fails fails for all it was done for.
 */
export function joined<T>(work: (asked: readonly T[]) => Promise<void>): (one: T) => Promise<void> {
  let waiting: T[] = [];
  let next: Promise<void> | undefined;
  let running: Promise<unknown> = Promise.resolve();

  const start = (): Promise<void> => {
    const asked = waiting;
    waiting = [];
    next = undefined;
    const done = work(asked);
    running = done.catch(() => {});
    return done;
  };

  return (one) => {
    waiting.push(one);
    next ??= running.then(start);
    return next;
  };
}
