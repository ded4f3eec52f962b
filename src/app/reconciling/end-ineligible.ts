import type { Oid } from '../../core/approval.js';
import type { ControlBlobs, Entry } from '../../core/grant.js';
import type { Account } from '../../core/identity.js';
import { isEndRequested, isLive } from '../../core/lifecycle/grant.js';
import {
  type Controls,
  eligibilityNeeds,
  eligibilityOf,
  type IneligibleCode,
  rulesToGoOn,
} from '../../core/policy/eligibility.js';
import type { Control } from '../../core/policy/evidence.js';
import { guard } from '../../core/reconcile/guard.js';
import type { Directory } from '../../ports/directory.js';
import { isFault } from '../../ports/fault.js';
import { loadControl } from '../control/load-control.js';
import type { Ports } from '../ports.js';
import type { Journal } from './journal.js';

type Deps = Pick<Ports, 'directory' | 'repository' | 'kinds' | 'clock' | 'log'>;

interface Ineligible {
  readonly entry: Entry;
  readonly code: IneligibleCode;
}

/**
 * Ends living grants whose requester or subject may no longer have them, where their rule says `end_when_ineligible`. What cannot be
 * found out ends nothing. It is policy that takes the access away, so a change that would end much at once stops at the guard.
 * @param observe only full passes ask: it costs calls of the directory.
 */
export async function endIneligible(
  deps: Deps,
  journal: Journal,
  { observe }: { readonly observe: boolean },
): Promise<void> {
  if (!observe) return;
  const loaded = await loadControl(deps, await deps.repository.head());
  if ('issues' in loaded) {
    deps.log.warn('eligibility not known', { code: 'control_unreadable' });
    return;
  }
  const ask: Asking = { today: loaded.control, recorded: new Map(), directory: askOnce(deps.directory) };
  const found: Ineligible[] = [];
  for (const entry of journal.live()) {
    if (isEndRequested(entry)) continue;
    const code = await ineligibleBy(deps, entry, ask);
    if (code !== undefined) found.push({ entry, code });
  }
  end(deps, journal, { found, control: loaded.blobs });
}

interface Asking {
  readonly today: Control;
  /** By commit: grants of one landing, and often of many, were decided under the same documents. */
  readonly recorded: Map<Oid, Control | undefined>;
  readonly directory: Directory;
}

async function ineligibleBy(deps: Deps, entry: Entry, ask: Asking): Promise<IneligibleCode | undefined> {
  try {
    const recorded = await recordedControl(deps, entry.landing.parent, ask.recorded);
    const controls: Controls = { today: ask.today, ...(recorded === undefined ? {} : { recorded }) };
    const rules = rulesToGoOn(entry, controls);
    if (rules.length === 0) return undefined;
    const { teams, logins } = eligibilityNeeds(rules);
    const accounts = await Promise.all(logins.map((login) => ask.directory.account(login)));
    const facts = {
      teams: await Promise.all(teams.map((team) => ask.directory.team(team))),
      accounts: accounts.flatMap((one) => one?.account ?? []),
    };
    const answer = eligibilityOf(entry, rules, { controls, facts });
    if (answer.kind === 'unknown')
      deps.log.warn('eligibility not known', { id: entry.id, problem: answer.problem });
    return answer.kind === 'ineligible' ? answer.code : undefined;
  } catch (error) {
    if (!isFault(error)) throw error;
    deps.log.warn('eligibility not known', { id: entry.id, code: error.code });
    return undefined;
  }
}

async function recordedControl(
  deps: Deps,
  commit: Oid,
  known: Map<Oid, Control | undefined>,
): Promise<Control | undefined> {
  if (known.has(commit)) return known.get(commit);
  const loaded = await loadControl(deps, commit);
  const control = 'control' in loaded ? loaded.control : undefined;
  known.set(commit, control);
  return control;
}

/** Many grants name the same teams. */
function askOnce({ team, account }: Directory): Directory {
  return { team: once(team), account: once(account) };
}

function once<T>(ask: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (name) => {
    const answer = answers.get(name) ?? ask(name);
    answers.set(name, answer);
    return answer;
  };
}

/**
 * A grant ends as a whole, so one target where the guard stops keeps it. What is counted is people, not grants: nobody may get round their end, or
 * hold up that of others, by having many.
 */
function end(
  deps: Deps,
  journal: Journal,
  { found, control }: { readonly found: readonly Ineligible[]; readonly control: ControlBlobs },
): void {
  const managed = peopleByTarget(journal.live().map((entry) => ({ entry, person: entry.subject })));
  const leaving = found.map(({ entry, code }) => ({
    entry,
    person: code === 'requester_not_in_group' ? entry.requester : entry.subject,
  }));
  const stopped = new Set<string>();
  for (const [target, people] of peopleByTarget(leaving)) {
    const verdict = guard({ removals: people.size, managed: managed.get(target)?.size ?? 0 });
    if (verdict.verdict === 'go') continue;
    stopped.add(target);
    deps.log.error('ineligible grants left alone', { target, people: people.size });
  }
  for (const { entry, code } of found) {
    if (entry.holdings.some(({ holding }) => stopped.has(holding.target))) continue;
    const at = deps.clock.now();
    journal.change(entry.id, { event: 'end_requested', at, reason: 'ineligible', code, control });
  }
}

/** By the target, the numeric ids of those concerned. */
function peopleByTarget(
  grants: readonly { readonly entry: Entry; readonly person: Account | null }[],
): ReadonlyMap<string, ReadonlySet<number>> {
  const people = new Map<string, Set<number>>();
  for (const { entry, person } of grants) {
    for (const { holding } of entry.holdings.filter(isLive)) {
      const known = people.get(holding.target) ?? new Set();
      people.set(holding.target, known.add(person?.id ?? 0));
    }
  }
  return people;
}
