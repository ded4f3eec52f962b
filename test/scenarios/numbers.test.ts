import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Scenario, startScenario } from './scenario.js';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await startScenario();
});
afterEach(() => scenario.close());

const get = async (path: string) => {
  const answer = await fetch(`${scenario.world.running.bot.url}${path}`);
  return { status: answer.status, text: await answer.text() };
};
const numbers = async () => (await get('/metrics')).text;

describe('what a server says of itself', () => {
  it('counts a life, and ends that do not come, without a name', async () => {
    const pull = await scenario.ask('alice', 'look');
    await scenario.approve(pull, 'bob', 'carol');
    await scenario.merge(pull);
    expect(await numbers()).toContain('hallpass_live_holdings{target="orders-db",state="active"} 1\n');
    expect(await get('/healthz')).toMatchObject({ status: 200 });
    expect(await get('/readyz')).toMatchObject({ status: 200 });
    scenario.target.neverExpires = true;
    scenario.target.refusing = true;
    await scenario.after(3_600);
    await scenario.after(90);
    const late = await numbers();
    expect(late).toContain('hallpass_overdue_oldest_seconds 90\n');
    expect(late).toMatch(/hallpass_target_faults_total\{target="orders-db",code="\w+"\} 1\n/);
    scenario.target.refusing = false;
    await scenario.after(60);
    const done = await numbers();
    expect(done).toContain('hallpass_overdue_grants 0\n');
    expect(done).toContain('hallpass_revocation_lateness_seconds_sum{target="orders-db"} 150\n');
    expect(done).toMatch(/hallpass_github_requests_total\{route="POST \/graphql",outcome="2xx"\} \d+\n/);
    expect(done).toMatch(/hallpass_notices_total\{to="github",outcome="sent"\} [1-9]/);
    expect(done).toMatch(/hallpass_webhook_deliveries_total\{outcome="accepted"\} [1-9]/);
    expect(done).not.toMatch(/alice|acme|2026\/11/);
  });

  it('is alive and not ready while GitHub is away', async () => {
    scenario.world.github.api.fail(undefined, 502, Number.POSITIVE_INFINITY);
    await scenario.pass();
    expect(await get('/readyz')).toMatchObject({ status: 503 });
    expect(await get('/healthz')).toMatchObject({ status: 200 });
    expect(await numbers()).toMatch(/hallpass_passes_total\{outcome="stopped"\} [1-9]/);
    scenario.world.github.api.clear();
    await scenario.pass();
    expect(await get('/readyz')).toMatchObject({ status: 200 });
  });
});
