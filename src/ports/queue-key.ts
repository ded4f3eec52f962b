/**
 * What a replica has to hold to work on an access repository. At most one replica holds it; without the database nobody knows who.
 * The key spares work and keeps comments from being written twice. That nothing is granted twice rests on the ledger's compare-and-swap.
 */
export type KeyState =
  /** This replica works on the repository. */
  | 'held'
  /** Another replica does, or will in a moment. */
  | 'elsewhere'
  /** Nobody can say: ends go on here, and nothing else. */
  | 'unknown';

export interface RepositoryKey {
  state(): KeyState;
  /**
   * Told whenever the state changes. A key that is to be handed on is let go only when what is returned resolves, so that work which has
   * begun can end.
   */
  onChange(heard: (state: KeyState) => Promise<void>): void;
}

/** The key of a repository that is served by one process alone. */
export const ALWAYS_HELD: RepositoryKey = { state: () => 'held', onChange: () => {} };
