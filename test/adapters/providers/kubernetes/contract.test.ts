import { providerContract } from '../../../contracts/provider-contract.js';
import { EXCEPT, harnessOf } from './harness.js';
import { describeOnClusters } from './servers.js';

await describeOnClusters('roles of a namespace', (server) => {
  providerContract('kubernetes', {
    makeHarness: async () =>
      harnessOf(await server.start(), [
        { role: 'order-reader', namespace: 'shop' },
        { role: 'order-writer', namespace: 'shop' },
      ]),
    except: EXCEPT,
  });
});

await describeOnClusters('cluster roles in a namespace and everywhere', (server) => {
  providerContract('kubernetes', {
    makeHarness: async () =>
      harnessOf(await server.start(), [
        { cluster_role: 'pod-viewer', namespace: 'shop' },
        { cluster_role: 'node-reader', everywhere: true },
      ]),
    except: EXCEPT,
  });
});
