import { expect, it } from 'vitest';
import { ALICE, holding, now, open, prepare, READER, standing } from './harness.js';
import { describeOnGiven } from './servers.js';
import { adminOf } from './world.js';

const alice = holding(ALICE, READER);

await describeOnGiven('without anything between', (server) => {
  it('speaks TLS with the authority of the cluster, and with no other', async () => {
    const { cluster } = await server.start();
    const token = await prepare(cluster);
    const { url, ca } = cluster;
    const trusting = await open(url, { token, ...(ca === undefined ? {} : { ca }) });
    expect(await trusting.grant(alice, now, 'key')).toMatchObject({ changed: true });
    expect(await trusting.revoke(alice, null)).toEqual({ changed: true });
    if (ca === undefined) return;
    const strange = await open(url, { token });
    await expect(strange.observe([alice])).rejects.toMatchObject({ fault: 'blocked', code: 'tls' });
  });

  it('reads a list that is longer than a page', async () => {
    const { cluster } = await server.start();
    const admin = adminOf(cluster);
    const { url, ca } = cluster;
    const provider = await open(url, { token: await prepare(cluster), ...(ca === undefined ? {} : { ca }) });
    const many = Array.from({ length: 501 }, (_, index) => `user-${index}`);
    const bindings = many.map((user) => ({
      ...standing(user, READER),
      metadata: { name: `standing-${user}`, namespace: 'shop' },
    }));
    await Promise.all(bindings.map(admin.apply));
    const { complete, held } = await provider.observe([alice]);
    expect(complete).toBe(true);
    expect(held.map((one) => one.holding.subject).toSorted()).toEqual(many.toSorted());
    await Promise.all(bindings.map(admin.remove));
  });
});
