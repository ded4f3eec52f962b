import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Scenario, startScenario } from './scenario.js';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await startScenario();
});
afterEach(() => scenario.close());

const github = () => scenario.world.github;

async function decided(name: string, more: readonly string[], subject = 'alice'): Promise<string> {
  const pull = await scenario.ask(subject, name, { subject, more });
  await scenario.approve(pull, subject === 'bob' ? 'dana' : 'bob', 'carol');
  return scenario.checkTitle(pull);
}

describe('what is allowed for emergencies and for going on', () => {
  it('break-glass: no review by who had a hand in it, and nothing new while one is overdue', async () => {
    await github()
      .as('carol')
      .push('fire', { [scenario.path('fire')]: scenario.document({ more: ['break_glass: true'] }) });
    const pull = await github().as('alice').openPullRequest({ head: 'fire' });
    await scenario.world.settled();
    expect(await scenario.events('fire')).toContain('review_due');
    await scenario.approve(pull, 'carol');
    await scenario.after(3_600);
    expect(await scenario.events('fire')).not.toContain('reviewed');
    await scenario.after(86_400);
    await scenario.ask('alice', 'again', { more: ['break_glass: true'] });
    expect(await scenario.entry('again')).toBeUndefined();
    expect(await decided('asked', [])).not.toMatch(/approved/i);
    expect(scenario.held()).toEqual([]);
  });

  it('extends: neither the grant of another, nor one that has ended, nor on and on (T092)', async () => {
    const first = await scenario.ask('alice', 'first', { duration: '2h' });
    await scenario.approve(first, 'bob', 'carol');
    await scenario.merge(first);
    expect(await decided('of-another', [`extends: ${scenario.id('first')}`], 'bob')).not.toMatch(/approved/i);
    await scenario.after(3_600);
    const second = await scenario.ask('alice', 'second', {
      duration: '2h',
      more: [`extends: ${scenario.id('first')}`],
    });
    await scenario.approve(second, 'bob', 'carol');
    await scenario.merge(second);
    expect(await scenario.events('second')).toEqual(['landed', 'scheduled']);
    expect(await decided('on-and-on', [`extends: ${scenario.id('second')}`])).not.toMatch(/approved/i);
    await scenario.after(3 * 3_600);
    scenario.auditFinds('ended_late');
    expect(scenario.held()).toEqual([]);
    expect(await decided('of-the-dead', [`extends: ${scenario.id('first')}`])).not.toMatch(/approved/i);
  });
});
