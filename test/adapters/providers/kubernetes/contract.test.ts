import { providerContract } from '../../../contracts/provider-contract.js';
import { ADMIN_TOKEN, startFakeCluster } from './fake.js';
import { EXCEPT, harnessOf } from './harness.js';

async function onFake(things: Parameters<typeof harnessOf>[1]) {
  const fake = await startFakeCluster();
  return harnessOf({ url: fake.url, adminToken: ADMIN_TOKEN }, things, fake.close);
}

providerContract('kubernetes, roles of a namespace', {
  makeHarness: () =>
    onFake([
      { role: 'order-reader', namespace: 'shop' },
      { role: 'order-writer', namespace: 'shop' },
    ]),
  except: EXCEPT,
});

providerContract('kubernetes, cluster roles in a namespace and everywhere', {
  makeHarness: () =>
    onFake([
      { cluster_role: 'pod-viewer', namespace: 'shop' },
      { cluster_role: 'node-reader', everywhere: true },
    ]),
  except: EXCEPT,
});
