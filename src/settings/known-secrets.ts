/** Every secret this process has read, for the log to take out: also those that were replaced, since others may still say them. */
export interface KnownSecrets {
  /** The same list until another secret is read. */
  all(): readonly string[];
  /** Before the value is used anywhere. */
  add(place: string, value: string): void;
}

/** Of each place; a program may mint a new secret every minute, and old ones are worth nothing some time later. */
const MOST_OF_A_PLACE = 20;

export function createKnownSecrets(): KnownSecrets {
  const places = new Map<string, readonly string[]>();
  let all: readonly string[] = [];
  return {
    all: () => all,
    add(place, value) {
      const known = places.get(place) ?? [];
      if (known.includes(value)) return;
      places.set(place, [...known, value].slice(-MOST_OF_A_PLACE));
      all = [...new Set([...places.values()].flat())];
    },
  };
}
