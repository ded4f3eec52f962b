import { Composer, CST, type Document, Lexer, Parser } from 'yaml';
import { type Issue, issue } from './issue.js';
import { type Lines, positionAt } from './lines.js';
import { quoted } from './visible.js';

/** What the lexer calls things this profile has no use for (T001, T004, T006, T007, T008). */
const REFUSED: Readonly<Record<string, 'yaml_anchor' | 'yaml_alias' | 'yaml_tag'>> = {
  anchor: 'yaml_anchor',
  alias: 'yaml_alias',
  tag: 'yaml_tag',
};

/** YAML 1.2 core as it is written: no merge keys, no 1.1; duplicate keys are looked for in linear time elsewhere (T002). */
const OPTIONS = { version: '1.2', schema: 'core', merge: false, uniqueKeys: false, strict: true } as const;

type Composed = { readonly document: Document.Parsed | undefined; readonly issues: readonly Issue[] };

/**
 * Text to a document with ranges. Refused features are seen by the lexer, and depth by the parser's own stack, before anything
 * is composed; so what an attacker can make us do is linear in the text.
 */
export function compose(lines: Lines, text: string, depth: number): Composed {
  const { tokens, issues } = tokenise(lines, text, depth);
  if (tokens === undefined) return { document: undefined, issues };
  const [document, second] = new Composer(OPTIONS).compose(tokens);
  if (second !== undefined && !issues.some(({ code }) => code === 'yaml_several_documents')) {
    issues.push(issue('yaml_several_documents', positionAt(lines, second.range[0]), {}));
  }
  const tagged = issues.some(({ code }) => code === 'yaml_tag');
  for (const { code, pos, message } of [...(document?.errors ?? []), ...(document?.warnings ?? [])]) {
    if (code === 'TAG_RESOLVE_FAILED' && tagged) continue;
    const where = positionAt(lines, Math.min(pos[0], text.length));
    issues.push(issue('yaml_syntax', where, { detail: inPlainQuotes(message) }));
  }
  return { document: issues.some(isStructural) ? undefined : document, issues };
}

/** After one of these nothing certain can be said about the content. */
function isStructural({ code }: Issue): boolean {
  return code === 'yaml_syntax' || code === 'yaml_several_documents';
}

function inPlainQuotes(message: string): string {
  return quoted(message.replaceAll('"', "'")).slice(1, -1);
}

/** Somebody who writes so many means harm; there is no use in reading on. */
const MOST_REFUSED = 100;

/** No tokens: the text is nested too deeply, or worse. Directives are reported and left out, so they switch nothing. */
function tokenise(lines: Lines, text: string, depth: number) {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  const issues: Issue[] = [];
  let offset = 0;
  let isScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    const type: string | null = isScalar ? 'scalar-text' : CST.tokenType(lexeme);
    isScalar = type === 'scalar';
    const refused = refusal(type);
    if (refused !== undefined)
      issues.push(issue(refused, positionAt(lines, offset), { text: quoted(lexeme) }));
    tokens.push(...parser.next(lexeme));
    const tooDeep = isTooDeep(parser, depth);
    if (tooDeep) issues.push(issue('yaml_nesting', positionAt(lines, offset), { limit: depth }));
    if (tooDeep || issues.length >= MOST_REFUSED) return { tokens: undefined, issues };
    if (!standsForNothing(type)) offset += lexeme.length;
  }
  tokens.push(...parser.end());
  return { tokens: tokens.filter(({ type }) => type !== 'directive'), issues };
}

/** At the bottom of the stack is the document, and every open list or mapping is above it. */
function isTooDeep({ stack }: Parser, depth: number): boolean {
  return stack.length > depth + 1 && CST.isCollection(stack.at(-1));
}

function refusal(type: string | null) {
  if (type === 'directive-line') return 'yaml_directive';
  return type === 'doc-end' ? 'yaml_several_documents' : REFUSED[type ?? ''];
}

/** Control lexemes that are not in the text. */
function standsForNothing(type: string | null): boolean {
  return type === 'scalar' || type === 'doc-mode' || type === 'flow-error-end';
}
