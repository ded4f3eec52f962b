import { nearestOf, type Patience, patience } from '../core/nearest.js';
import { quoted } from './visible.js';

/** How to mend a name nobody knows: the nearest known one, or the list when it is short. */
export function suggestion(name: string, known: Iterable<string>, whole: Patience = patience()): string {
  const names = [...known];
  const nearest = nearestOf(name, names, whole);
  if (nearest !== undefined) return `did you mean ${quoted(nearest)}?`;
  if (names.length === 0) return 'remove it';
  return names.length <= 30 ? `use one of ${names.join(', ')}` : 'use one that is there';
}
