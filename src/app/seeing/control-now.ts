import type { Oid } from '../../core/approval.js';
import type { Control } from '../../core/policy/evidence.js';
import { isFault } from '../../ports/fault.js';
import { loadControl } from '../control/load-control.js';
import type { Ports } from '../ports.js';

/** Policy, catalog and people by the default branch as it was last fetched; `undefined` while they cannot be read. */
export type ControlNow = () => Promise<Control | undefined>;

/** Parsed once for each head. */
export function createControlNow(deps: Pick<Ports, 'repository' | 'kinds'>): ControlNow {
  let last: { readonly head: Oid; readonly control: Promise<Control | undefined> } | undefined;
  const load = async (head: Oid): Promise<Control | undefined> => {
    const loaded = await loadControl(deps, head);
    return 'control' in loaded ? loaded.control : undefined;
  };
  return async () => {
    try {
      const head = await deps.repository.head();
      if (last?.head !== head) last = { head, control: load(head) };
      return await last.control;
    } catch (error) {
      last = undefined;
      if (isFault(error)) return undefined;
      throw error;
    }
  };
}
