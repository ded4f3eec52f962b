import { providerContract } from '../../../contracts/provider-contract.js';
import { receiverHarness } from './harness.js';

providerContract('webhook: a receiver that answers', { makeHarness: () => receiverHarness(false) });
providerContract('webhook: a receiver that answers later', { makeHarness: () => receiverHarness(true) });
