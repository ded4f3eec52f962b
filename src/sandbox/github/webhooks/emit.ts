import { nodeId, organization, simpleUser } from '../accounts/shape.js';
import type { Hub } from '../hub.js';
import { repositoryShape } from '../repository/shape.js';
import type { Account } from '../state.js';
import type { Payload } from './outbox.js';

/** Puts a webhook in the outbox, with what every payload carries. Nothing is built when nobody listens. */
export async function emit(
  hub: Hub,
  event: string,
  sender: Account,
  payload: () => Payload | Promise<Payload>,
): Promise<void> {
  if (hub.outbox.url === undefined) return;
  const { installationId } = hub.options.app;
  const own: Payload = await payload();
  hub.outbox.put(event, {
    ...own,
    repository: repositoryShape(hub),
    organization: organization(hub),
    sender: simpleUser(hub, sender),
    installation: { id: installationId, node_id: nodeId('Installation', installationId) },
  });
}
