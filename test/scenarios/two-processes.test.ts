import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInProcessQueue } from '../../src/adapters/queue/in-process.js';
import { createInProcessInbox } from '../../src/adapters/queue/in-process-inbox.js';
import { systemTimer } from '../../src/adapters/system/timer.js';
import { createHints } from '../../src/app/hints.js';
import { endDue } from '../../src/app/reconciling/end-due.js';
import { openJournal } from '../../src/app/reconciling/journal.js';
import { revokeGrants } from '../../src/app/reconciling/revoke-grant.js';
import { runPass } from '../../src/app/reconciling/run-pass.js';
import type { RequestId } from '../../src/core/request.js';
import { addSeconds } from '../../src/core/time.js';
import type { Provider } from '../../src/ports/provider.js';
import type { RepositoryKey } from '../../src/ports/queue-key.js';
import type { Wired } from '../../src/wire.js';
import { type Scenario, startScenario } from './scenario.js';

/** A second Hallpass on the same repository, ledger and target, whose passes the test starts by hand. */
let scenario: Scenario;
let other: Wired;
beforeEach(async () => {
  scenario = await startScenario();
  scenario.target.neverExpires = true;
  other = await scenario.world.replica();
});
afterEach(async () => {
  await other.close();
  await scenario.close();
});

const READONLY = 'alice app_readonly';
const github = () => scenario.world.github;
const calls = (verb: string) => scenario.target.calls.filter((call) => call.verb === verb);
const options = () => ({ observe: true, told: new Set<string>() });

async function approved(name: string, asked = {}): Promise<number> {
  const pull = await scenario.ask('alice', name, asked);
  await scenario.approve(pull, 'bob', 'carol');
  return pull;
}

/** The other process, with something happening right before one kind of call reaches its target. */
function interrupted(verb: 'grant' | 'revoke', meanwhile: () => Promise<void>): typeof other.ports {
  const providers = [...other.ports.providers].map(([id, provider]): [string, Provider] => {
    const call = provider[verb].bind(provider) as (...all: unknown[]) => Promise<never>;
    let once = meanwhile;
    const first = async (...all: unknown[]): Promise<never> => {
      const now = once;
      once = async () => {};
      await now();
      return call(...all);
    };
    return [id, { ...provider, [verb]: first }];
  });
  return { ...other.ports, providers: new Map(providers) };
}

describe('two processes on one ledger and one target', () => {
  it('grant once and end once, side by side', async () => {
    const pull = await approved('look');
    github().hooks.pause();
    await github().as('alice').merge(pull);
    const both = () =>
      Promise.all([
        runPass(other.ports, options()),
        runPass(scenario.world.wired.ports, options()),
        runPass(other.ports, options()),
      ]);
    await both();
    await both();
    expect(scenario.held()).toEqual([READONLY]);
    expect(await scenario.events('look')).toEqual(['landed', 'intended', 'granted']);
    scenario.clock.advance(3_600);
    await both();
    await both();
    expect(scenario.held()).toEqual([]);
    const events = await scenario.events('look');
    expect(events.filter((event) => event === 'granted')).toHaveLength(1);
    expect(events.filter((event) => event === 'ended')).toHaveLength(1);
    github().hooks.resume();
    await scenario.world.settled();
  });

  it('a grant that reaches the target after the other process has ended it is taken back (T110)', async () => {
    const pull = await approved('look');
    github().hooks.pause();
    await github().as('alice').merge(pull);
    const late = interrupted('grant', async () => {
      github().hooks.resume();
      await github().as('bob').comment(pull, '/hallpass revoke');
      await scenario.world.settled();
      await scenario.pass();
      expect(await scenario.events('look')).toContain('ended');
      scenario.clock.advance(5);
    });
    await runPass(late, options());
    await scenario.pass();
    expect(scenario.held()).toEqual([]);
  });

  it('a grant that reaches the target after the other process has ended it, and before that is recorded (T110)', async () => {
    // As a team of GitHub: nothing would tell afterwards that this was ours.
    scenario.target.remembers = false;
    const pull = await approved('look');
    github().hooks.pause();
    await github().as('alice').merge(pull);
    const { ports } = scenario.world.wired;
    const late = interrupted('grant', async () => {
      await revokeGrants(ports, ({ id }) => id === scenario.id('look'));
      await ports.ledger.read();
      await endDue(ports, { starts: 'settled' });
      expect(await ports.spool.pending()).toMatchObject([{ event: { event: 'ended' } }]);
    });
    await runPass(late, options());
    github().hooks.resume();
    scenario.clock.advance(5);
    await scenario.pass();
    expect(await scenario.events('look')).toContain('ended');
    expect(scenario.held()).toEqual([]);
  });

  it('two grants for the same thing, each ended by another process: one of them takes it away (T098, T110)', async () => {
    const short = await approved('short');
    await scenario.merge(short);
    const long = await approved('long', { duration: '2h' });
    await scenario.merge(long);
    expect(scenario.held()).toEqual([READONLY]);
    // The other process has read the ledger and is slow; meanwhile the longer one is revoked here, and covered by the shorter one.
    const { ledger } = other.ports;
    let read = false;
    const slow = {
      ...ledger,
      async read() {
        const snapshot = await ledger.read();
        if (!read) {
          read = true;
          await github().as('bob').comment(long, '/hallpass revoke');
          await scenario.world.settled();
          scenario.clock.advance(3_600);
        }
        return snapshot;
      },
    };
    await runPass({ ...other.ports, ledger: slow }, options());
    await scenario.pass();
    expect(scenario.held()).toEqual([]);
    expect(calls('revoke')).not.toEqual([]);
  });

  it('what one of them records between two commits of the other is not lost (T103)', async () => {
    await scenario.merge(await approved('one'));
    await scenario.merge(await approved('two'));
    const ids = { one: scenario.id('one') as RequestId, two: scenario.id('two') as RequestId };
    const { ledger, clock } = other.ports;
    const journal = openJournal(ledger, await ledger.read());
    const fault = { event: 'faulted', entitlement: 'orders-db-readonly', code: 'away' } as const;
    await revokeGrants(scenario.world.wired.ports, (entry) => entry.id === ids.two);
    journal.change(ids.one, { ...fault, at: clock.now() });
    await journal.record('grant');
    journal.change(ids.two, { ...fault, at: clock.now() });
    await expect(journal.record('grant')).rejects.toMatchObject({ code: 'ledger_moved' });
    expect(await scenario.events('two')).toContain('end_requested');
  });
});

describe('a replica beside the one that holds the key', () => {
  /** The other process as a replica that does not hold the key: what its full heartbeat does. */
  async function beat(): Promise<void> {
    const { log } = other.ports;
    const queue = createInProcessQueue({ log });
    const inbox = createInProcessInbox({ queue, timer: systemTimer, log });
    const key: RepositoryKey = { state: () => 'elsewhere', onChange: () => {} };
    createHints({ ...other.ports, queue, inbox, key }).sweep();
    await queue.idle();
  }

  it('ends what that one leaves, and nothing that is not late', async () => {
    await scenario.merge(await approved('look'));
    scenario.clock.advance(3_600 + 60);
    await beat();
    expect(scenario.held()).toEqual([READONLY]);
    scenario.clock.advance(120);
    await beat();
    expect(scenario.held()).toEqual([]);
    await scenario.pass();
    expect(await scenario.events('look')).toEqual(['landed', 'intended', 'granted', 'ended']);
  });

  it('ends what somebody asked to end early, and that one leaves', async () => {
    await scenario.merge(await approved('look'));
    await revokeGrants(scenario.world.wired.ports, ({ id }) => id === scenario.id('look'));
    await beat();
    expect(scenario.held()).toEqual([READONLY]);
    scenario.clock.advance(180);
    await beat();
    expect(scenario.held()).toEqual([]);
  });

  it('ended by a clock that was ahead: what was granted again since ends all the same', async () => {
    // As a team of GitHub: nothing would tell afterwards that this was ours.
    scenario.target.remembers = false;
    await scenario.merge(await approved('look'));
    const ahead = { now: () => addSeconds(scenario.clock.now(), 7_200) };
    await other.ports.ledger.read();
    await endDue({ ...other.ports, clock: ahead }, { starts: 'settled' });
    expect(scenario.held()).toEqual([]);
    scenario.clock.advance(60);
    scenario.world.running.hints.sweep();
    await scenario.world.settled();
    expect(scenario.held()).toEqual([READONLY]);
    // Now it gets the key, and records what it had noted.
    await runPass(other.ports, options());
    expect(await scenario.events('look')).not.toContain('ended');
    scenario.clock.advance(3_600);
    await runPass(other.ports, options());
    expect(scenario.held()).toEqual([]);
    expect(await scenario.events('look')).toContain('ended');
  });
});
