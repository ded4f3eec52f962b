/** What `docs/scaling.md` calculates with. The page and this file are held together by a test. */
export const DEMAND = {
  /** Requests on a working day at the peak of the company the page calculates for. */
  requestsADay: 100_000,
  /** Active grants follow from how long access lasts in the mean. */
  meanDays: 10,
  repositories: 200,
  /** How much more than the mean the busiest repository has. */
  busiest: 2,
} as const;

/** Calls to GitHub for one life: opened, two reviews, merged, granted, ended; what `npm run bench -- --only api.calls` counts. */
export const LIFE = {
  calls: 12,
  /** Those among them that create content: a check, a comment, and a notice with an edit of it when access starts and when it ends. */
  content: 4,
  /** Deliveries that lead to a job: opened, two reviews, merged, pushed, and the ledger's own that are looked at and dropped. */
  jobs: 6,
} as const;

/** GitHub's, of one installation or one repository. */
export const LIMITS = {
  callsAnHour: 5_000,
  contentAMinute: 80,
  contentAnHour: 500,
  /** Six a minute; passes stay below. */
  pushesAMinute: 5,
  filesAFolder: 3_000,
} as const;

/** How many folders `active/` is spread over in a large ledger. */
export const SHARDS = 16;
