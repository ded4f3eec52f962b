import { emitYaml } from '../../documents/emit.js';
import type { Provider } from '../../ports/provider.js';

type Discovered = Awaited<ReturnType<NonNullable<Provider['discover']>>>;

const LONGEST_TITLE = 200;
const LONGEST_ID = 63;

/**
 * A catalog to start from, as text: what a target could grant, each with an id made of its title. Titles are the target's words; what a document may not
 * hold is left out of them.
 */
export function catalogStart(
  target: { readonly id: string; readonly kind: string },
  found: Discovered,
): string {
  const entitlements = new Map<string, object>();
  for (const { title, grant } of found) {
    const shown = title
      .replace(/[^\x20-\x7e\xa1-\xac\xae-\xff]+/g, ' ')
      .trim()
      .slice(0, LONGEST_TITLE);
    const id = unusedId(`${target.id}-${shown}`, entitlements);
    entitlements.set(id, { title: shown === '' ? id : shown, target: target.id, grant });
  }
  return emitYaml({
    version: 1,
    targets: { [target.id]: { kind: target.kind } },
    entitlements: Object.fromEntries(entitlements),
  });
}

function unusedId(text: string, used: ReadonlyMap<string, unknown>): string {
  const id = text
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .slice(0, LONGEST_ID)
    .replace(/-+$/, '');
  for (let number = 2, next = id; ; number += 1) {
    if (!used.has(next)) return next;
    next = `${id.slice(0, LONGEST_ID - 5)}-${number}`;
  }
}
