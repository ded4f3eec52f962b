import type { Account } from '../core/identity.js';
import type { TeamFacts } from '../core/policy/evidence.js';

/** Who people and teams are now. */
export interface Directory {
  /** Active members only; pending invitations never count. A team that does not exist has `id: null` and no members. */
  team(slug: string): Promise<TeamFacts>;
  /** `undefined`: no such account. */
  account(login: string): Promise<{ readonly account: Account; readonly type: string } | undefined>;
}
