import { posix } from 'node:path';
import {
  AREAS,
  type Area,
  BANNED_NAMES,
  ENVIRONMENT_OF_ALL,
  ENVIRONMENT_READERS,
  LIMITS,
  LONG_FILE_REASON,
  PACKAGES,
  REGISTRIES,
  SDK_AREAS,
} from './rules.js';
import type { ImportUse, SourceFile } from './source.js';

/** One broken rule: where, and what to do about it. */
export type Violation = `${string}:${number} ${string}`;

type Check = (file: SourceFile, tree: ReadonlyMap<string, SourceFile>) => Violation[];

/** Every rule that can be told from one file (and what it imports). */
const SRC_CHECKS: readonly Check[] = [
  home,
  localImports,
  packages,
  ambient,
  environment,
  barrels,
  size,
  functions,
];
const TEST_CHECKS: readonly Check[] = [mocks];

export function checkTree(files: readonly SourceFile[]): Violation[] {
  const tree = new Map(files.map((file) => [file.path, file]));
  const src = files.filter((file) => file.path.startsWith('src/'));
  const rest = files.filter((file) => !file.path.startsWith('src/'));
  return [
    ...src.flatMap((file) => SRC_CHECKS.flatMap((check) => check(file, tree))),
    ...rest.flatMap((file) => TEST_CHECKS.flatMap((check) => check(file, tree))),
    ...files.flatMap(names),
    ...cycles(src, tree),
    ...median(src),
  ];
}

/** How many folders name an area, where it is more than one. */
const DEEPER = [
  { below: 'adapters/providers/', depth: 3 },
  { below: 'adapters/', depth: 2 },
  { below: 'sandbox/github/', depth: 2 },
];

/** `src/adapters/git/ledger.ts` lies in `adapters/git`; `src/wire.ts` is `wire`. */
export function areaOf(path: string): string {
  const inside = path.replace(/^src\//, '');
  const parts = inside.split('/');
  if (parts.length === 1) return inside.replace(/\.ts$/, '');
  const depth = DEEPER.find(({ below }) => inside.startsWith(below))?.depth ?? 1;
  return parts.slice(0, Math.min(depth, parts.length - 1)).join('/');
}

/** Whether an area is meant by a row such as `adapters/*`; the star stands for one folder. */
function isMeant(row: string, area: string): boolean {
  if (!row.endsWith('/*')) return row === area;
  const parent = row.slice(0, -1);
  return area.startsWith(parent) && !area.slice(parent.length).includes('/');
}

function rowOf(area: string): Area | undefined {
  return AREAS.find((row) => isMeant(row.area, area));
}

function home(file: SourceFile): Violation[] {
  if (rowOf(areaOf(file.path)) !== undefined) return [];
  return [
    `${file.path}:1 lies in no part of the house; move it, or add a row to test/architecture/rules.ts and an ADR`,
  ];
}

function localImports(file: SourceFile, tree: ReadonlyMap<string, SourceFile>): Violation[] {
  const here = areaOf(file.path);
  const row = rowOf(here);
  return file.imports.flatMap((use): Violation[] => {
    const at = `${file.path}:${use.line}` as const;
    if (use.specifier === null)
      return [`${at} imports a computed name; write it out, so that it can be checked`];
    if (!use.specifier.startsWith('.')) return [];
    const target = targetOf(file, use.specifier);
    if (!tree.has(target))
      return [`${at} imports ${target}, which is no source file; name a .ts file below src as .js`];
    const there = areaOf(target);
    const allowed = (row?.imports ?? []).some((entry) =>
      entry.startsWith('type ') ? use.typeOnly && isMeant(entry.slice(5), there) : isMeant(entry, there),
    );
    return here === there || allowed ? [] : [`${at} ${here} may not import ${there}. ${row?.say ?? ''}`];
  });
}

function targetOf(file: SourceFile, specifier: string): string {
  return posix.join(posix.dirname(file.path), specifier).replace(/\.js$/, '.ts');
}

function packages(file: SourceFile): Violation[] {
  const here = areaOf(file.path);
  return file.imports.flatMap((use): Violation[] => {
    if (use.specifier === null || use.specifier.startsWith('.')) return [];
    const at = `${file.path}:${use.line}` as const;
    if (use.specifier.startsWith('node:')) {
      return rowOf(here)?.node
        ? []
        : [`${at} ${here} may not use ${use.specifier}. ${rowOf(here)?.say ?? ''}`];
    }
    const name = packageOf(use);
    const owners = PACKAGES[name] ?? SDK_AREAS;
    if (owners.some((owner) => isMeant(owner, here))) return [];
    return [
      `${at} ${name} belongs to ${owners.join(' and ')}; go through it, or change PACKAGES in rules.ts and ADR 0006`,
    ];
  });
}

function packageOf(use: ImportUse): string {
  const parts = (use.specifier ?? '').split('/');
  return parts.slice(0, parts[0]?.startsWith('@') ? 2 : 1).join('/');
}

function ambient(file: SourceFile): Violation[] {
  const row = rowOf(areaOf(file.path));
  const never = row?.never ?? [];
  return file.mentions.flatMap((mention): Violation[] =>
    never.some((banned) => mention.what === banned || mention.what.startsWith(`${banned}.`))
      ? [`${file.path}:${mention.line} ${row?.area} may not use ${mention.what}. ${row?.say}`]
      : [],
  );
}

const ENVIRONMENT = /^(?:globalThis\.)?process(?:$|\.env\b|\.\[computed\])/;

/** `process` may be used for its pid and its signals, but neither its environment nor the object as a value. */
function environment(file: SourceFile): Violation[] {
  if (ENVIRONMENT_READERS.includes(file.path)) return [];
  const advice = 'reads the environment; only src/settings.ts does, take the setting as a value';
  return [
    ...file.mentions
      .filter((mention) => ENVIRONMENT.test(mention.what) && !ENVIRONMENT_OF_ALL.includes(mention.what))
      .map((mention): Violation => `${file.path}:${mention.line} ${mention.what} ${advice}`),
    ...file.imports
      .filter((use) => use.specifier === 'node:process' || use.specifier === 'process')
      .map((use): Violation => `${file.path}:${use.line} node:process ${advice}`),
    ...file.mentions
      .filter((mention) => mention.what === 'require()')
      .map((mention): Violation => `${file.path}:${mention.line} require hides an import; use import`),
  ];
}

function barrels(file: SourceFile): Violation[] {
  if (REGISTRIES.includes(file.path)) return [];
  const advice = 'barrel files hide where things live; import from the file that defines them';
  if (file.path.endsWith('/index.ts')) return [`${file.path}:1 ${advice}`];
  return file.imports
    .filter((use) => use.exportsAll)
    .map((use): Violation => `${file.path}:${use.line} ${advice}`);
}

function size(file: SourceFile): Violation[] {
  if (file.lines <= LIMITS.fileLines || LONG_FILE_REASON.test(file.head)) return [];
  return [
    `${file.path}:1 has ${file.lines} lines of at most ${LIMITS.fileLines}; split it by story, or begin it with a comment "Longer than 250 lines because …"`,
  ];
}

function functions(file: SourceFile): Violation[] {
  return file.functions
    .filter((one) => one.lines >= LIMITS.functionLines)
    .map(
      (one): Violation =>
        `${file.path}:${one.line} ${one.name} has ${one.lines} lines and must stay under ${LIMITS.functionLines}; name its parts and call them`,
    );
}

function names(file: SourceFile): Violation[] {
  const words = file.path.toLowerCase().split(/[/._-]/);
  return words
    .filter((word) => BANNED_NAMES.includes(word))
    .map((word): Violation => `${file.path}:1 "${word}" names no story; call the file after what it does`);
}

function mocks(file: SourceFile): Violation[] {
  const advice: Readonly<Record<string, string>> = {
    'vi.mock': 'write a fake by hand and pass it in; nothing is patched behind the code',
    'vi.doMock': 'write a fake by hand and pass it in; nothing is patched behind the code',
    '.only': 'silently switches off every other test; remove it',
  };
  return file.mentions.flatMap((mention): Violation[] =>
    Object.hasOwn(advice, mention.what)
      ? [`${file.path}:${mention.line} ${mention.what}: ${advice[mention.what]}`]
      : [],
  );
}

/** Type-only imports included: whoever reads one file of a cycle has to read them all. Each cycle is told once. */
function cycles(files: readonly SourceFile[], tree: ReadonlyMap<string, SourceFile>): Violation[] {
  const state = new Map<string, 'open' | 'done'>();
  const trail: string[] = [];
  const found: Violation[] = [];
  const visit = (file: SourceFile): void => {
    state.set(file.path, 'open');
    trail.push(file.path);
    for (const use of file.imports) {
      const next = use.specifier?.startsWith('.') ? tree.get(targetOf(file, use.specifier)) : undefined;
      if (next === undefined) continue;
      if (state.get(next.path) === 'open') {
        const loop = [...trail.slice(trail.indexOf(next.path)), next.path].join(' → ');
        found.push(`${file.path}:${use.line} closes a cycle: ${loop}; move what both need inward`);
      } else if (!state.has(next.path)) visit(next);
    }
    trail.pop();
    state.set(file.path, 'done');
  };
  for (const file of files) if (!state.has(file.path)) visit(file);
  return found;
}

function median(files: readonly SourceFile[]): Violation[] {
  const lengths = files.map((file) => file.lines).sort((a, b) => a - b);
  const middle = lengths[lengths.length >> 1] ?? 0;
  if (middle < LIMITS.medianLines) return [];
  return [
    `src:1 half of the files have ${middle} lines or more, and must stay under ${LIMITS.medianLines}; split files by story`,
  ];
}
