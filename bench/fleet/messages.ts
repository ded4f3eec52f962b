/** What a replica of the bench is told to serve. */
export interface Work {
  readonly repositories: readonly { readonly id: number; readonly url: string }[];
  /** What mints tokens for git. */
  readonly apiUrl: string;
  /** Where the replica keeps its mirrors. */
  readonly folder: string;
  readonly databaseUrl: string;
  readonly signingKey: string;
  readonly privateKey: string;
  /** Before any grant ends. */
  readonly now: string;
}

/** From a replica. */
export type Said =
  /** How many keys it holds, and whether it has read all their ledgers; said again and again before the first end. */
  | { readonly said: 'held'; readonly keys: number; readonly isWarm: boolean }
  /** Ends that are in the ledger now. */
  | { readonly said: 'recorded'; readonly ends: number }
  /** Its last word: what its target was told to take away, a line for each time. */
  | { readonly said: 'revoked'; readonly holdings: readonly string[] };

/** To a replica. */
export type Told =
  /** It is that late now, and the timer for it goes off. */
  | { readonly told: 'time'; readonly now: string }
  /** Say the last word, and go. */
  | { readonly told: 'stop' };

/** From the stand-in for GitHub. */
export type SaidByGitHub =
  | { readonly said: 'listens'; readonly url: string }
  /** Everything that was pushed can be read from the folder. */
  | { readonly said: 'unpacked' };
