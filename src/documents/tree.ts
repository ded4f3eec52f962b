import { type Document, isMap, isScalar, isSeq, type Node, type Pair, Scalar, type YAMLMap } from 'yaml';
import { type Issue, type IssueCode, issue } from './issue.js';
import type { IssueFacts } from './issue-catalogue.js';
import { type Lines, positionAt } from './lines.js';
import type { Path } from './path.js';
import { codePoint, firstInvisible, quoted } from './visible.js';

/** The plain data of a document: null-prototype objects, lists and scalars (T009, T010). */
export interface Tree {
  readonly value: unknown;
  readonly issues: readonly Issue[];
  /** Where the value is not what was meant, so that nobody complains about it twice. */
  readonly damaged: readonly Path[];
}

interface Walk {
  /** Where the walk is. */
  readonly path: (string | number)[];
  readonly lines: Lines;
  readonly replaced: readonly number[];
  readonly issues: Issue[];
  readonly damaged: Path[];
}

/** @param replaced offsets of characters that were replaced before the text was parsed. */
export function treeOf(document: Document.Parsed, lines: Lines, replaced: readonly number[]): Tree {
  const walk: Walk = { path: [], lines, replaced, issues: [], damaged: [] };
  const value = plain(document.contents, walk);
  return { value, issues: walk.issues, damaged: walk.damaged };
}

function plain(node: unknown, walk: Walk): unknown {
  if (isScalar(node)) return scalar(node, walk);
  if (isMap(node)) return mapping(node, walk);
  if (isSeq(node)) return node.items.map((item, index) => below(item, index, walk));
  // An alias (reported by the lexer) or nothing at all, as in `a` of the flow mapping {a}.
  if (node !== null) damage(walk);
  return null;
}

function below(node: unknown, step: string | number, walk: Walk): unknown {
  walk.path.push(step);
  const value = plain(node, walk);
  walk.path.pop();
  return value;
}

function damage({ damaged, path }: Walk): void {
  damaged.push([...path]);
}

function mapping(map: YAMLMap, walk: Walk): object {
  if (map.tag !== undefined) damage(walk);
  const result: Record<string, unknown> = Object.create(null);
  for (const pair of map.items) {
    const key = keyOf(pair);
    if (key === undefined) {
      const { key: node } = pair;
      report(walk, node, 'key_not_text', {
        key: isScalar(node) ? quoted(String(node.source)) : 'of this item',
      });
    } else if (key in result) {
      report(walk, pair.key, 'duplicate_key', { key: quoted(key) });
    } else {
      checkKey(pair.key as Scalar, key, walk);
      result[key] = below(pair.value, key, walk);
    }
  }
  return result;
}

/** The text of a key; `undefined` when YAML sees something else than text in it (T005). */
function keyOf(pair: Pair): string | undefined {
  return isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : undefined;
}

function checkKey(node: Scalar, key: string, walk: Walk): void {
  if (key === '<<' && node.type === Scalar.PLAIN) report(walk, node, 'yaml_merge_key', {});
  checkText(node, key, walk);
}

function scalar(node: Scalar, walk: Walk): unknown {
  const { value } = node;
  if (node.tag !== undefined) {
    damage(walk);
    return null;
  }
  const before = walk.issues.length;
  if (typeof value === 'string') checkText(node, value, walk);
  else checkCanonical(node, value, walk);
  if (walk.issues.length > before || holdsReplaced(node, walk)) damage(walk);
  return value;
}

/** What escapes can bring in is refused as it is when it stands there raw (T011, T013). */
function checkText(node: Scalar, text: string, walk: Walk): void {
  if (node.type !== Scalar.QUOTE_DOUBLE) return;
  const unseen = firstInvisible(text);
  if (unseen !== undefined) report(walk, node, 'forbidden_character', { character: codePoint(unseen) });
  const [start, end] = node.range ?? [0, 0];
  const written = walk.lines.text.slice(start, end);
  if (text.normalize('NFC') !== text && written.normalize('NFC') === written)
    report(walk, node, 'not_nfc', {});
}

/**
 * Numbers, booleans and null only as JSON writes them: `0x10`, `007`, `.inf`, `1e400`, `True` and `~` mean other things to other
 * readers (T014). An empty value is null, and the schema says what it thinks of that.
 */
function checkCanonical(node: Scalar, value: unknown, walk: Walk): void {
  const source = node.source ?? '';
  if (source === String(value) || (source === '' && value === null)) {
    if (typeof value !== 'number' || Number.isFinite(value)) return;
  }
  const isExact =
    typeof value !== 'number' || (Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER);
  const canonical = isExact ? String(value) : 'a smaller decimal number';
  report(walk, node, 'ambiguous_value', { text: quoted(source), canonical });
}

function holdsReplaced(node: Scalar, { replaced }: Walk): boolean {
  const [start, end] = node.range ?? [0, 0];
  return replaced.some((offset) => offset >= start && offset < end);
}

function report<Code extends IssueCode>(
  walk: Walk,
  node: unknown,
  code: Code,
  facts: IssueFacts<Code>,
): void {
  walk.issues.push(issue(code, positionAt(walk.lines, startOf(node) ?? 0), facts));
}

/** Where a value starts, or the key it has; the nearest that is there when the path leads nowhere. */
export function offsetOf(document: Document.Parsed, path: Path, part: 'value' | 'key'): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  path.forEach((step, index) => {
    const pair = isMap(node) ? pairsOf(node).get(String(step)) : undefined;
    node = isSeq(node) ? node.items[Number(step)] : pair?.value;
    const wantsKey = part === 'key' && index === path.length - 1;
    offset = (wantsKey ? startOf(pair?.key) : startOf(node)) ?? startOf(pair?.key) ?? offset;
  });
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

/** Kept per mapping: thousands of problems in one mapping must not walk through it thousands of times. */
const PAIRS = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

/** By key; the first where a key stands twice. */
function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  const known = PAIRS.get(map);
  if (known !== undefined) return known;
  const pairs = new Map<string, Pair>();
  for (const pair of map.items) {
    const key = keyOf(pair);
    if (key !== undefined && !pairs.has(key)) pairs.set(key, pair);
  }
  PAIRS.set(map, pairs);
  return pairs;
}
