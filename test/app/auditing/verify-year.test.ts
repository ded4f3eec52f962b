import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openHistory } from '../../../src/adapters/git/history.js';
import { providerKinds } from '../../../src/adapters/providers/index.js';
import { verifyLedger } from '../../../src/app/auditing/verify-ledger.js';
import { bareRemote, newSigner, scratch } from '../../adapters/git/world.js';
import { planYear } from '../../support/year/plan.js';
import { writeYear } from '../../support/year/write.js';

/** `npm run year` takes a whole one, of 10,000; the policy is changed 50 times in either. */
const GRANTS = Number(process.env.HALLPASS_YEAR ?? 400);
const POLICIES = 50;

const folder = scratch({ keep: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('every decision of a year is made again as it was', async () => {
  const repo = bareRemote(join(folder, 'year.git'));
  const signer = newSigner();
  const year = await writeYear(repo, signer, { grants: GRANTS, policies: POLICIES });
  const history = await openHistory(repo);
  const verified = await verifyLedger({
    history,
    signers: `hallpass@users.noreply.github.com namespaces="git" ${signer.publicKey}\n`,
    kinds: providerKinds,
    replay: true,
  });
  await history.close();
  expect(verified).toMatchObject({
    kind: 'verified',
    findings: [],
    counts: { commits: year.commits, entries: GRANTS, live: 0 },
  });
  expect(year.refused).toBeGreaterThan(GRANTS / 20);
  expect(year.refused).toBeLessThan(GRANTS / 2);
}, 3_600_000);

it('a year has something of everything', () => {
  const planned = [...planYear({ grants: GRANTS, policies: POLICIES })];
  const requests = planned.flatMap((one) => ('request' in one ? [one] : []));
  expect(planned.length - requests.length).toBe(POLICIES + 1);
  const outcomes = new Set(requests.map(({ decision }) => decision.outcome));
  expect([...outcomes].sort()).toEqual(['approved', 'denied', 'pending']);
  const granted = requests.filter(({ decision }) => decision.outcome === 'approved');
  for (const kind of [
    granted.filter(({ request }) => request.breakGlass),
    granted.filter(({ prolongs }) => prolongs !== undefined),
    granted.filter(({ removedAt }) => removedAt !== undefined),
    granted.filter(({ decision }) => decision.rules.includes('staging')),
  ])
    expect(kind.length).toBeGreaterThan(GRANTS / 100);
});
