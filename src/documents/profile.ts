/** How much of a document is read, and how deep. */
export interface Profile {
  /** Looked at before anything is parsed (T002, T015). */
  readonly bytes: number;
  /** Characters of a line. */
  readonly line: number;
  /** Lists and mappings inside each other (T003). */
  readonly depth: number;
}

/** Requests. */
export const REQUEST_PROFILE: Profile = { bytes: 16 * 1024, line: 400, depth: 16 };
/** Catalog, policy, people, suites and settings. */
export const CONTROL_PROFILE: Profile = { bytes: 64 * 1024, line: 400, depth: 16 };
/** Lists of access reviews, with what owners write into them. */
export const LIST_PROFILE: Profile = { bytes: 256 * 1024, line: 400, depth: 16 };
/** What the app itself wrote, with requests and evidence inside. */
export const LEDGER_PROFILE: Profile = { bytes: 1024 * 1024, line: 4_096, depth: 40 };
