import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ports } from '../../src/app/ports.js';
import { runOnce } from '../../src/app/run-once.js';
import { Retry } from '../../src/ports/fault.js';
import { type Scenario, startScenario } from '../scenarios/scenario.js';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await startScenario();
});
afterEach(() => scenario.close());

const ports = (): Ports => scenario.world.wired.ports;
const away = () => Promise.reject(new Retry('github_away', 'GitHub is away.'));

describe('everything once', () => {
  it('sweeps only where it is asked to, and has nothing to say when all was looked at', async () => {
    await scenario.ask('alice', 'look');
    const host = { ...ports().host, openPullRequests: away };
    const report = await runOnce({ ...ports(), host }, { sweeps: false });
    expect(report.faults).toEqual([]);
    expect((await runOnce(ports(), { sweeps: true })).faults).toEqual([]);
  });

  it('names what it could not look at, and goes on', async () => {
    const lost = await scenario.ask('alice', 'lost');
    const host = ports().host;
    const look = (number: number) => (number === lost ? away() : host.look(number));
    const report = await runOnce({ ...ports(), host: { ...host, look } }, { sweeps: true });
    expect(report.faults).toEqual([{ stage: `pull request ${lost}`, code: 'not_looked_at' }]);
    const none = { ...host, openPullRequests: away };
    const stopped = await runOnce({ ...ports(), host: none }, { sweeps: true });
    expect(stopped.faults).toEqual([{ stage: 'sweep', code: 'github_away' }]);
  });

  it('ends what is due before it looks at anything, and tells of both passes', async () => {
    const pull = await scenario.ask('alice', 'look');
    await scenario.approve(pull, 'bob', 'carol');
    await scenario.merge(pull);
    expect(scenario.held()).toHaveLength(1);
    scenario.target.neverExpires = true;
    scenario.clock.advance(3_600);
    let heldAtSweep = -1;
    const host = {
      ...ports().host,
      openPullRequests: () => {
        heldAtSweep = scenario.held().length;
        return away();
      },
    };
    const report = await runOnce({ ...ports(), host }, { sweeps: true });
    expect(heldAtSweep).toBe(0);
    expect(report.recorded.map(({ event }) => event.event)).toContain('ended');
    expect(report.live).toEqual([]);
  });
});
