import type { Login } from '../../core/identity.js';
import { parseRequestId, pathOfRequest, type RequestId } from '../../core/request.js';
import { monthOf } from '../../core/time.js';
import { emitYaml } from '../../documents/emit.js';
import type { Clock } from '../../ports/clock.js';
import type { ReadDocument } from '../control/read-control.js';

/** What somebody asks for, in the words they gave; the document says what is wrong with them. */
export interface Wish {
  readonly subject: Login;
  readonly entitlements: readonly string[];
  readonly duration: string;
  readonly justification: string;
  readonly ticket?: string;
  readonly start?: string;
  readonly extends?: string;
  readonly breakGlass?: true;
  /** The last part of its id; absent: made from subject and entitlement. */
  readonly name?: string;
}

/** A request that lies nowhere yet. */
export interface Draft {
  readonly id: RequestId;
  readonly path: string;
  readonly content: string;
}

interface Deps {
  /** The default branch. */
  readonly read: ReadDocument;
  /** What else keeps an id from being used, such as a branch of somebody's. */
  readonly isFree: (draft: Draft) => Promise<boolean>;
  readonly clock: Clock;
}

export interface FreshDraft extends Draft {
  /** Requests for the same that have landed before, oldest first: why its name has a number. */
  readonly before: readonly RequestId[];
}

export type Drafted = FreshDraft | { readonly refused: 'no_name' | 'name_taken' };

/** Longer names are cut, so that a number fits behind. */
const LONGEST_NAME = 55;
/** How often the same thing is asked for in a month before a name has to be given. */
const MOST_OF_A_NAME = 50;
const SCHEMA = '.github/access/schemas/access-request.schema.json';

/** Writes the request and finds an id nobody has used. Deterministic: the same wish finds its own draft again. */
export async function draftRequest(deps: Deps, wish: Wish): Promise<Drafted> {
  const folder = monthOf(deps.clock.now());
  const content = await documentOf(deps.read, wish);
  const named = wish.name === undefined ? namesFor(wish) : [wish.name];
  const before: RequestId[] = [];
  for (const name of named) {
    const id = parseRequestId(`${folder}/${name}`);
    if (id === undefined || name.includes('/')) return { refused: 'no_name' };
    const draft = { id, path: pathOfRequest(id), content };
    if ((await deps.read(draft.path)) !== undefined) before.push(id);
    else if (await deps.isFree(draft)) return { ...draft, before };
  }
  return { refused: 'name_taken' };
}

function namesFor({ subject, entitlements }: Wish): readonly string[] {
  const said = `${subject}-${entitlements[0] ?? ''}`.toLowerCase();
  const plain = said
    .replaceAll(/[^a-z0-9._-]/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, LONGEST_NAME);
  return Array.from({ length: MOST_OF_A_NAME }, (_, index) =>
    index === 0 ? plain : `${plain}-${index + 1}`,
  );
}

async function documentOf(read: ReadDocument, wish: Wish): Promise<string> {
  const { subject, entitlements, duration, justification, ticket, start } = wish;
  const yaml = emitYaml({
    version: 1,
    subject,
    entitlements,
    duration,
    justification,
    ticket,
    start,
    extends: wish.extends,
    break_glass: wish.breakGlass,
  });
  // Relative to `access-requests/<year>/<month>/`; only where the repository has it.
  const hasSchema = (await read(SCHEMA)) !== undefined;
  return hasSchema ? `# yaml-language-server: $schema=../../../${SCHEMA}\n${yaml}` : yaml;
}
