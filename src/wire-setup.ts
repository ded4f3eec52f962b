import { join } from 'node:path';
import { flyCanary } from './adapters/git/canary.js';
import type { GitLedger } from './adapters/git/ledger.js';
import type { Mirror } from './adapters/git/mirror.js';
import type { Signer } from './adapters/git/ssh-key.js';
import type { OnGitHub } from './adapters/github/client.js';
import { type Clients, createTokenClient } from './adapters/github/clients.js';
import { createDirectory } from './adapters/github/directory.js';
import { createHostConfig } from './adapters/github/host-config.js';
import type { OwnMarks } from './adapters/github/own-marks.js';
import { noteIn } from './adapters/system/durable-file.js';
import { thisMachine } from './adapters/system/machine.js';
import { redactor } from './adapters/system/redact.js';
import { pinTeams } from './app/control/pin-teams.js';
import type { SetupPorts } from './app/setup/gather-setup.js';
import type { Clock } from './ports/clock.js';
import type { Directory } from './ports/directory.js';
import type { Log } from './ports/log.js';
import type { Note } from './ports/note.js';

/** For looking at how everything around is set up. */
export type Inspection = SetupPorts & { readonly lastFindings: Note };

interface SetupParts {
  readonly github: { readonly apiUrl?: string; readonly adminToken?: string };
  readonly installationId: number;
  readonly ledgerBranch: string;
  readonly dataDir: string;
  readonly secrets?: () => readonly string[];
  readonly clock: Clock;
  readonly on: OnGitHub;
  readonly clients: Clients;
  readonly ledger: GitLedger;
  readonly mirror: Mirror;
  readonly signer: Signer;
}

export function setupPorts(parts: SetupParts): Inspection {
  const { on, clients, installationId, dataDir } = parts;
  const administrator = administratorOf(parts.github) ?? on.client;
  return {
    config: createHostConfig(on, { ...clients, installationId, administrator }),
    ledgerProbe: { keys: parts.ledger.keys, canary: () => flyCanary(parts) },
    machine: thisMachine(dataDir),
    // Secrets may be read again while it runs.
    hide: (text) => redactor(parts.secrets?.() ?? [])(text),
    lastFindings: noteIn(join(dataDir, 'doctor.json')),
  };
}

function administratorOf({ adminToken, apiUrl }: SetupParts['github']) {
  if (adminToken === undefined) return undefined;
  return createTokenClient(adminToken, apiUrl === undefined ? {} : { baseUrl: apiUrl });
}

interface TeamParts {
  readonly on: OnGitHub;
  readonly marks: OwnMarks;
  readonly dataDir: string;
  readonly log: Log;
}

/** GitHub's teams, each name standing for the team that had it first. */
export function rememberedTeams({ on, marks, dataDir, log }: TeamParts): Directory {
  const directory = createDirectory({ client: on.client, organization: on.owner, marks });
  return pinTeams({ directory, note: noteIn(join(dataDir, 'teams.json')), log });
}
