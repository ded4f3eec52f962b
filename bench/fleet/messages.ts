/** What a replica of the bench is told to serve. */
export interface Work {
  readonly repositories: readonly { readonly id: number; readonly url: string }[];
  /** What mints tokens for git, which needs none here. */
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
  /** How many keys it holds, and of how many of these repositories it has read the ledger. */
  | { readonly said: 'held'; readonly keys: number; readonly warm: number }
  /** A call that its target has to answer. */
  | { readonly said: 'revoke'; readonly call: number; readonly holding: string }
  | { readonly said: 'observe'; readonly call: number; readonly holdings: readonly string[] }
  /** Ends that are in the ledger now. */
  | { readonly said: 'recorded'; readonly ends: number };

/** To a replica. */
export type Told =
  | { readonly told: 'answer'; readonly call: number; readonly held: readonly string[] }
  /** Everything ends now. */
  | { readonly told: 'end' };
