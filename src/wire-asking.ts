import { openWorkingCopy } from './adapters/git/working-copy.js';
import { createTokenClient } from './adapters/github/clients.js';
import { createOwnPullRequests } from './adapters/github/own-pull-requests.js';
import { systemClock } from './adapters/system/clock.js';
import { apiUrlOf, cloneUrlOf, type RemoteAddress } from './core/remote-address.js';
import type { OwnPullRequests } from './ports/own-pull-requests.js';
import type { WorkingCopy } from './ports/working-copy.js';

export { remoteUrlOf } from './adapters/git/working-copy.js';
export { runProgram } from './adapters/providers/exec/run-program.js';
export { heldTimer } from './adapters/system/timer.js';

export interface AskingOptions {
  readonly address: RemoteAddress;
  readonly token: string;
  readonly ledgerBranch: string;
  /** What git needs of the environment; everything else is left out. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Asking {
  readonly desk: OwnPullRequests;
  /** A copy of the repository with this default branch. */
  copy(base: string): Promise<WorkingCopy>;
}

/** The access repository for a person with a token of their own. */
export function wireAsking({ address, token, ledgerBranch, environment }: AskingOptions): Asking {
  const { owner, name: repo, host } = address;
  const client = createTokenClient(token, { baseUrl: apiUrlOf(address) });
  const credentials = async () => ({ username: 'x-access-token', password: token });
  return {
    desk: createOwnPullRequests({ client, owner, repo, ledgerBranch }),
    copy: (base) =>
      openWorkingCopy({
        url: cloneUrlOf(address),
        credentials,
        environment,
        base,
        clock: systemClock,
        // The stand-in has the addresses of github.com.
        host: address.origin.startsWith('http:') ? 'github.com' : host,
      }),
  };
}
