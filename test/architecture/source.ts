import { parseSync, visitorKeys } from 'oxc-parser';

/** One import, re-export or dynamic import. */
export interface ImportUse {
  /** `null`: computed at run time, so nobody can check it. */
  readonly specifier: string | null;
  readonly line: number;
  /** Erased by the compiler. Still an arrow: cycles count it. */
  readonly typeOnly: boolean;
  readonly exportsAll: boolean;
}

/** Something a file mentions that rules may forbid: `process.env`, `new Date()`, `async`, `.only`. */
export interface Mention {
  readonly what: string;
  readonly line: number;
}

/** A named function inside another is measured by itself, so a factory of methods is measured as a class would be. */
export interface FunctionSize {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

/** What the rules need to know of one TypeScript file. */
export interface SourceFile {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly lines: number;
  /** The first lines, where a reason for a long file has to stand. */
  readonly head: string;
  readonly imports: readonly ImportUse[];
  readonly mentions: readonly Mention[];
  readonly functions: readonly FunctionSize[];
}

/** An ESTree node, as far as this file looks at it. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const CALLBACK = 'a callback';
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const IMPORTS = new Set([
  'ImportDeclaration',
  'ExportAllDeclaration',
  'ExportNamedDeclaration',
  'ImportExpression',
  'TSImportType',
]);

/** Parses instead of searching the text, so comments and strings never count and types always do. */
export function readSource(path: string, text: string): SourceFile {
  const parsed = parseSync(path, text);
  if (parsed.errors.length > 0) throw new Error(`${path}: ${parsed.errors[0]?.message}`);
  const lineOf = lineFinder(text);
  const imports: ImportUse[] = [];
  const mentions: Mention[] = [];
  const functions: FunctionSize[] = [];
  walk(parsed.program as unknown as Node, undefined, (node, parent) => {
    const line = lineOf(node.start);
    if (IMPORTS.has(node.type)) imports.push(...importOf(node, line));
    if (FUNCTIONS.has(node.type))
      functions.push({ name: nameOf(node, parent), line, lines: ownLines(node, lineOf) });
    for (const what of mentionsOf(node, parent)) mentions.push({ what, line });
    return true;
  });
  const rows = text.split('\n');
  const lines = text.endsWith('\n') ? rows.length - 1 : rows.length;
  return { path, lines, head: rows.slice(0, 5).join('\n'), imports, mentions, functions };
}

/** @param visit returns false to stay out of what lies inside. */
function walk(node: Node, parent: Node | undefined, visit: (node: Node, parent?: Node) => boolean): void {
  if (!visit(node, parent)) return;
  for (const key of visitorKeys[node.type] ?? []) {
    for (const child of [node[key]].flat()) {
      if (isNode(child)) walk(child, node, visit);
    }
  }
}

function ownLines(node: Node, lineOf: (offset: number) => number): number {
  let lines = lineOf(node.end) - lineOf(node.start) + 1;
  const leaveOut = (child: Node, parent: Node | undefined): boolean => {
    const named = child !== node && FUNCTIONS.has(child.type) && nameOf(child, parent) !== CALLBACK;
    if (named) lines -= lineOf(child.end) - lineOf(child.start) + 1;
    return !named;
  };
  walk(node, undefined, leaveOut);
  return lines;
}

function importOf(node: Node, line: number): ImportUse[] {
  if (node.type === 'ExportNamedDeclaration' && !isNode(node.source)) return [];
  const specifier = isNode(node.source) && typeof node.source.value === 'string' ? node.source.value : null;
  const typeOnly = node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type';
  return [{ specifier, line, typeOnly, exportsAll: node.type === 'ExportAllDeclaration' }];
}

function mentionsOf(node: Node, parent: Node | undefined): string[] {
  switch (node.type) {
    case 'Identifier':
      return isOwnName(node, parent) ? [] : [String(node.name)];
    case 'MemberExpression':
      return [...(parent?.type === 'MemberExpression' ? [] : [memberText(node)]), `.${propertyText(node)}`];
    case 'NewExpression':
      return [`new ${rootText(node.callee)}(${[node.arguments].flat().length === 0 ? '' : '…'})`];
    case 'CallExpression':
      return [`${rootText(node.callee)}()`];
    case 'AwaitExpression':
      return ['await'];
    case 'ForOfStatement':
      return node.await === true ? ['await'] : [];
    case 'MetaProperty':
      return ['import.meta'];
    default:
      return FUNCTIONS.has(node.type) && node.async === true ? ['async'] : [];
  }
}

/** A key or a property name mentions nothing: `{ process: 1 }` and `job.process` are fine. */
function isOwnName(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined) return false;
  if (parent.type === 'MemberExpression') return !(parent.computed === true && parent.property === node);
  return parent.key === node && parent.computed !== true && parent.shorthand !== true;
}

/** `process.env.PATH` as a whole, also when written `process['env']`. */
function memberText(node: Node): string {
  return `${rootText(node.object)}.${propertyText(node)}`;
}

function propertyText(node: Node): string {
  const property = node.property as Node;
  if (node.computed !== true) return String(property.name);
  return typeof property.value === 'string' ? property.value : '[computed]';
}

function rootText(node: unknown): string {
  if (!isNode(node)) return '';
  if (node.type === 'MemberExpression') return memberText(node);
  return node.type === 'Identifier' ? String(node.name) : `<${node.type}>`;
}

function nameOf(node: Node, parent: Node | undefined): string {
  const named = [node.id, parent?.key, parent?.id].find(isNode);
  return typeof named?.name === 'string' ? named.name : CALLBACK;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
