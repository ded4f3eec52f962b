/** What a person agreed to, to be exchanged once. */
export interface Code {
  readonly accountId: number;
  readonly redirectUri: string;
  /** S256 of a secret only the one who began knows; absent where the app sent none. */
  readonly challenge: string | undefined;
  readonly endsAt: number;
}

/** A token that acts for a person through the App. */
export interface AppUserToken {
  readonly accountId: number;
  readonly endsAt: number;
}

/** Signing in with accounts of this GitHub. */
export interface OAuth {
  /** Addresses the App may send browsers back to. */
  callbacks: readonly string[];
  readonly codes: Map<string, Code>;
  readonly tokens: Map<string, AppUserToken>;
}

export const newOAuth = (): OAuth => ({ callbacks: [], codes: new Map(), tokens: new Map() });
