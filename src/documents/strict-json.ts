import type { Json } from '../core/entitlement.js';

/** A token of JSON that matters here; that the text is JSON at all is for `JSON.parse` to say. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;
const DEEPEST = 32;

/**
 * JSON without what readers disagree about: no bytes that are no UTF-8, no key twice (RFC 8259 section 4 leaves open which one
 * counts), no `__proto__`, no number that is not finite or not exact, no depth that exhausts a stack.
 * @returns a sentence when it is something else.
 */
export function parseStrictJson(bytes: Uint8Array): { readonly value: Json } | { readonly problem: string } {
  const text = decoded(bytes);
  if (text === undefined) return { problem: 'it is not UTF-8' };
  if (text.trim() === '') return { problem: 'it is empty' };
  const depth = deepest(text);
  if (!(depth <= DEEPEST)) return { problem: `it is nested deeper than ${DEEPEST} levels` };
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'it is not one JSON document' };
  }
  const problem = keyProblem(text) ?? numberProblem(value);
  return problem === undefined ? { value } : { problem };
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function deepest(text: string): number {
  let [depth, most] = [0, 0];
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    most = Math.max(most, depth);
  }
  return most;
}

/** A string before a colon is a key; each object has a set of those it has had. */
function keyProblem(text: string): string | undefined {
  const open: Set<string>[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const key: string = JSON.parse(last);
      const keys = open.at(-1);
      if (key === '__proto__') return 'it has a key __proto__';
      if (keys?.has(key)) return 'it has the same key twice';
      keys?.add(key);
    }
    last = token;
  }
  return undefined;
}

/** `1e999` is read as infinity, and whole numbers beyond 2^53 as their neighbours. */
function numberProblem(value: Json): string | undefined {
  if (typeof value === 'number') {
    const exact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
    return exact ? undefined : 'it has a number that cannot be read exactly';
  }
  if (value === null || typeof value !== 'object') return undefined;
  return Object.values(value)
    .map(numberProblem)
    .find((problem) => problem !== undefined);
}
