import type { BranchFacts, Look, Setup, SetupFacts, TargetFacts } from '../../core/doctor/facts.js';
import { teamsToLookAt } from '../../core/doctor/needs.js';
import type { Control } from '../../core/policy/evidence.js';
import { isFault } from '../../ports/fault.js';
import type { HostConfig } from '../../ports/host-config.js';
import type { LedgerProbe } from '../../ports/ledger-probe.js';
import type { Machine } from '../../ports/machine.js';
import type { Provider } from '../../ports/provider.js';
import { loadControl } from '../control/load-control.js';
import type { Ports } from '../ports.js';
import { exampleHolding } from '../targets/example-holding.js';

/** What looking at the setup reaches, beside the ports of everything else. */
export interface SetupPorts {
  readonly config: HostConfig;
  readonly ledgerProbe: LedgerProbe;
  readonly machine: Machine;
  /** Takes secrets out of what a target or GitHub said: a finding is printed as it is (T145). */
  readonly hide: (text: string) => string;
}

export type SetupDeps = SetupPorts &
  Pick<Ports, 'host' | 'directory' | 'repository' | 'providers' | 'kinds' | 'clock'>;

export interface LookOptions {
  /** Whether to push to a branch beside the ledger, which is seen by others. */
  readonly canary: boolean;
}

/** Fetches what the checks want, each by itself: what cannot be seen keeps nothing else from being looked at. */
export async function gatherSetup(deps: SetupDeps, setup: Setup, options: LookOptions): Promise<SetupFacts> {
  const { config, ledgerProbe, hide } = deps;
  const look = lookWith(hide);
  const [app, installation, repository, webhook, deliveries, branch, ledgerBranch] = await Promise.all([
    look(() => config.app()),
    look(() => config.installation()),
    look(() => config.repository()),
    look(() => config.webhook()),
    look(() => config.deliveries()),
    look<BranchFacts>(() => config.branch(setup.branch)),
    look<BranchFacts>(() => config.branch(setup.ledgerBranch)),
  ]);
  // One after the other: both use the one mirror, and what it has fetched.
  const ledger = await look(() => ledgerProbe.keys());
  const canary = options.canary ? await look(() => ledgerProbe.canary()) : null;
  const control = await look(() => controlOf(deps));
  const documents = 'seen' in control ? control.seen : { problems: [] };
  const machine = await look(() => deps.machine.look());
  const teams = await looksAt(look, teamsToLookAt(documents), (team) => deps.directory.team(team));
  const targets = await looksAt(look, [...deps.providers.keys()], (id) => targetOf(deps, id, documents));
  const codeOwners = await look(() => codeOwnersOf(deps));
  return {
    setup,
    now: deps.clock.now(),
    ...{ app, installation, repository, webhook, deliveries, branch, ledgerBranch },
    ...{ ledger, canary, control, machine, teams, targets, codeOwners },
    hostClock: hostClockOf(deps),
  };
}

/** How GitHub answers somebody who may not see something. That it is not there at all is something else. */
const HIDDEN = 'github_forbidden';

type Looking = <T>(work: () => Promise<T>) => Promise<Look<T>>;

function lookWith(hide: SetupPorts['hide']): Looking {
  return async (work) => {
    try {
      return { seen: await work() };
    } catch (error) {
      const code = isFault(error) ? error.code : 'unexpected';
      const unblock = isFault(error) && error.fault === 'blocked' ? ` ${error.unblock}` : '';
      const message = error instanceof Error ? error.message : 'unknown';
      return { unseen: hide(`${code}: ${message}${unblock}`), hidden: code === HIDDEN };
    }
  };
}

async function looksAt<T>(
  look: Looking,
  ids: readonly string[],
  work: (id: string) => Promise<T>,
): Promise<ReadonlyMap<string, Look<T>>> {
  return new Map(await Promise.all(ids.map(async (id) => [id, await look(() => work(id))] as const)));
}

function hostClockOf({ host }: SetupDeps): SetupFacts['hostClock'] {
  const seen = host.hostClock();
  return seen === undefined ? { unseen: 'GitHub has not answered yet', hidden: false } : { seen };
}

async function controlOf(deps: SetupDeps): Promise<Control | { readonly problems: readonly string[] }> {
  await deps.repository.fetch();
  const loaded = await loadControl(deps, await deps.repository.head());
  if ('control' in loaded) return loaded.control;
  return { problems: loaded.issues.map(({ file, line, code }) => `${file}:${line} ${code}`) };
}

/** Where GitHub looks, in this order ("About code owners"). */
const CODE_OWNERS = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];
/** GitHub ignores larger ones altogether. */
const LARGEST_CODE_OWNERS = 3 * 1024 * 1024;

async function codeOwnersOf({ config, repository }: SetupDeps) {
  const head = await repository.head();
  for (const path of CODE_OWNERS) {
    const file = await repository.file(head, path);
    if (file === undefined) continue;
    const bytes = await repository.read(file.oid, LARGEST_CODE_OWNERS);
    if ('tooLarge' in bytes) return null;
    return { text: new TextDecoder().decode(bytes), errors: await config.codeOwnerErrors() };
  }
  return null;
}

async function targetOf(
  { providers, hide }: SetupDeps,
  id: string,
  documents: Control | { readonly problems: readonly string[] },
): Promise<TargetFacts> {
  const provider = providers.get(id);
  if (provider === undefined) return { clock: null, blocked: [] };
  const { clock } = await provider.observe([]);
  const blocked = 'problems' in documents ? [] : await blockedOn(provider, id, documents);
  const hidden = blocked.map((one) => ({ ...one, why: hide(one.why), unblock: hide(one.unblock) }));
  return { clock: clock ?? null, blocked: hidden };
}

/** A preflight costs a few calls, and one of each entitlement shows what is wrong with all of a target. */
const MOST_PREFLIGHTS = 50;

async function blockedOn(
  provider: Provider,
  target: string,
  control: Control,
): Promise<TargetFacts['blocked']> {
  const { preflight } = provider;
  if (preflight === undefined) return [];
  const found: TargetFacts['blocked'][number][] = [];
  const here = [...control.catalog.entitlements.values()].filter((one) => one.target.id === target);
  for (const entitlement of here.slice(0, MOST_PREFLIGHTS)) {
    const holding = exampleHolding(entitlement, control.people);
    if (holding === undefined) continue;
    try {
      await preflight.call(provider, holding);
    } catch (error) {
      if (!isFault(error) || error.fault !== 'blocked') throw error;
      found.push({ entitlement: entitlement.id, why: error.message, unblock: error.unblock });
    }
  }
  return found;
}
