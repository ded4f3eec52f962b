import { CATALOG_PATH } from '../../core/pull-request.js';
import { requestIdOfPath } from '../../core/request.js';
import { parseCatalog } from '../../documents/catalog.js';
import type { ProviderKind } from '../../ports/provider.js';
import { parseAt, type ReadDocument } from '../control/read-control.js';

export type IdKind = 'entitlements' | 'targets' | 'requests';

interface Deps {
  readonly read: ReadDocument;
  /** Paths of the files there are. */
  readonly list: () => Promise<readonly string[]>;
  readonly kinds: ReadonlyMap<string, ProviderKind>;
}

type Offered = readonly { readonly word: string; readonly about: string }[];

/** Ids somebody may want to name in a checked-out access repository. A document that cannot be used offers none. */
export async function idsToOffer({ read, list, kinds }: Deps, kind: IdKind): Promise<Offered> {
  if (kind === 'requests') {
    const ids = (await list()).map(requestIdOfPath).filter((id) => id !== undefined);
    return ids.map((id) => ({ word: id, about: '' }));
  }
  const parsed = await parseAt(read, CATALOG_PATH, (bytes, file) => parseCatalog(bytes, file, kinds));
  if (!('value' in parsed)) return [];
  const { targets, entitlements } = parsed.value;
  return kind === 'targets'
    ? [...targets.values()].map(({ id, kind: about }) => ({ word: id, about }))
    : [...entitlements.values()].map(({ id, title }) => ({ word: id, about: title }));
}
