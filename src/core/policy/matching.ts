/** Which place each person fills. */
export interface Matching {
  /** Per person the place, or `null` where the person fills none. */
  readonly placeOf: readonly (number | null)[];
  /** How many people, taken in their order, it took to fill every place; `null` when places stay open. */
  readonly fullAfter: number | null;
}

/**
 * A maximum bipartite matching of people to places that hold several: as many places as possible are filled, whatever the
 * order people come in. People are taken one after the other, each along an augmenting path, so whoever has a place keeps
 * one, and the first moment at which everything is full is found on the way.
 *
 * @param wants per person the places he could fill.
 * @param capacity per place how many people it takes.
 */
export function matchPeople(wants: readonly (readonly number[])[], capacity: readonly number[]): Matching {
  const places = capacity.map((): number[] => []);
  let open = capacity.reduce((sum, count) => sum + count, 0);
  let fullAfter = open === 0 ? 0 : null;
  for (let person = 0; person < wants.length && open > 0; person += 1) {
    if (!seat(person, { wants, capacity, places }, new Set())) continue;
    open -= 1;
    if (open === 0) fullAfter = person + 1;
  }
  const placeOf = wants.map((_, person) => {
    const place = places.findIndex((taken) => taken.includes(person));
    return place < 0 ? null : place;
  });
  return { placeOf, fullAfter };
}

interface Seating {
  readonly wants: readonly (readonly number[])[];
  readonly capacity: readonly number[];
  readonly places: readonly number[][];
}

/** Seats a person, moving others where that helps. Each place is tried once, so this ends. */
function seat(person: number, seating: Seating, tried: Set<number>): boolean {
  for (const place of seating.wants[person] ?? []) {
    const taken = seating.places[place];
    if (taken === undefined || tried.has(place)) continue;
    tried.add(place);
    if (taken.length < (seating.capacity[place] ?? 0)) {
      taken.push(person);
      return true;
    }
    const index = taken.findIndex((other) => seat(other, seating, tried));
    if (index >= 0) {
      taken[index] = person;
      return true;
    }
  }
  return false;
}
