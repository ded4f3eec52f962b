import { createInProcessQueue } from '../../../src/adapters/queue/in-process.js';
import { createInProcessInbox } from '../../../src/adapters/queue/in-process-inbox.js';
import { inboxContract } from '../../contracts/inbox-contract.js';
import { createManualTimer } from '../../support/manual-timer.js';

inboxContract('the in-process inbox', async (log) => {
  const timer = createManualTimer();
  const queue = createInProcessQueue({ log });
  return {
    inbox: createInProcessInbox({ queue, timer, log }),
    later: () => timer.pass(60),
    takenUp: async () => {},
    close: () => queue.close(),
  };
});
