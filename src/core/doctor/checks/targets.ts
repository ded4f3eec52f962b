import type { Catalog } from '../../entitlement.js';
import { type Check, ifSeen } from '../check.js';
import type { Setup } from '../facts.js';
import type { Found } from '../finding.js';

export const controlDocuments: Check = ({ control }) =>
  ifSeen(control, (documents) =>
    'problems' in documents
      ? [
          {
            code: 'control_broken',
            message: `control documents cannot be used: ${documents.problems.join('; ')}`,
          },
        ]
      : [],
  );

/** Settings say how to reach targets, the catalog what they have: each id has to be in both, with the same kind. */
export const agreement: Check = ({ setup, control }) =>
  ifSeen(control, (documents) => {
    if ('problems' in documents) return [];
    const { catalog } = documents;
    const known = [...catalog.targets.values()].flatMap((target) => ofCatalog(setup, catalog, target));
    const unused = [...setup.targets.keys()]
      .filter((id) => !catalog.targets.has(id))
      .map(
        (id): Found => ({ code: 'target_unused', about: id, message: `the catalog knows no target ${id}` }),
      );
    return [...known, ...unused];
  });

function ofCatalog(
  setup: Setup,
  catalog: Catalog,
  { id, kind }: { id: string; kind: string },
): readonly Found[] {
  const configured = setup.targets.get(id);
  if (configured === kind) return [];
  if (configured !== undefined) {
    return [
      {
        code: 'target_kind_differs',
        about: id,
        message: `${id} is ${kind} in the catalog and ${configured} in the settings`,
      },
    ];
  }
  const offered = [...catalog.entitlements.values()].filter(({ target }) => target.id === id).length;
  return offered === 0
    ? []
    : [{ code: 'target_not_configured', about: id, message: `the settings know no target ${id}` }];
}

export const targets: Check = ({ targets: looks }) =>
  [...looks].flatMap(([id, look]) =>
    'seen' in look
      ? look.seen.blocked.map(
          (one): Found => ({
            code: 'target_blocked',
            about: `${id} ${one.entitlement}`,
            message: `${one.entitlement} could not be granted on ${id}: ${one.why} ${one.unblock}`,
          }),
        )
      : [{ code: 'target_unreachable', about: id, message: `${id} cannot be looked at: ${look.unseen}` }],
  );
