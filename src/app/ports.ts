import type { Group } from '../core/identity.js';
import type { Clock } from '../ports/clock.js';
import type { Directory } from '../ports/directory.js';
import type { Ledger } from '../ports/ledger.js';
import type { LedgerPast } from '../ports/ledger-past.js';
import type { Log } from '../ports/log.js';
import type { Notices } from '../ports/notifier.js';
import type { Provider, ProviderKind } from '../ports/provider.js';
import type { Repository } from '../ports/repository.js';
import type { ReviewHost } from '../ports/review-host.js';
import type { Spool } from '../ports/spool.js';
import type { Timer } from '../ports/timer.js';
import type { Lanes } from './reconciling/lanes.js';
import type { Troubles } from './reconciling/troubles.js';

/** Everything a use case may reach, wired once for one access repository. */
export interface Ports {
  readonly host: ReviewHost;
  readonly directory: Directory;
  readonly repository: Repository;
  readonly ledger: Ledger;
  readonly past: LedgerPast;
  /** One provider per configured target. */
  readonly providers: ReadonlyMap<string, Provider>;
  readonly kinds: ReadonlyMap<string, ProviderKind>;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly log: Log;
  /** What has happened and is not in the ledger yet. */
  readonly spool: Spool;
  readonly lanes: Lanes;
  readonly troubles: Troubles;
  readonly notices: Notices;
  readonly rules: AppRules;
}

/** The server's own say, from its settings. */
export interface AppRules {
  /** The pinned default branch. */
  readonly branch: string;
  readonly allowForks: boolean;
  /** Who may end any grant early. */
  readonly revokers: Group;
  /** Whether passes keep an issue for drift. */
  readonly driftIssue?: boolean;
  /** How long something may be past its end before people are told. */
  readonly alertAfterSeconds: number;
}
