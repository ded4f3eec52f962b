import { RE2JS } from 're2js';
import type { TextPattern } from '../core/policy/policy.js';
import { remembering } from './remembering.js';

export const MAX_PATTERN_LENGTH = 200;

export type CompiledPattern = { readonly pattern: TextPattern } | { readonly problem: string };

/**
 * Compiles a ticket or justification pattern. RE2 syntax: no backtracking, so matching is linear in the text (T066). The whole
 * text has to match, and `.` stops at a line break unless the pattern says `(?s)`.
 */
export const compilePattern: (source: string) => CompiledPattern = remembering(compile);

function compile(source: string): CompiledPattern {
  if (source === '') return { problem: 'the pattern is empty; leave the key out to accept any text' };
  if (!(source.length <= MAX_PATTERN_LENGTH)) {
    return {
      problem: `the pattern has ${source.length} characters; at most ${MAX_PATTERN_LENGTH} are allowed`,
    };
  }
  try {
    const compiled = RE2JS.compile(source);
    return { pattern: { source, matches: (text) => compiled.matches(text) } };
  } catch (error) {
    return {
      problem: `the pattern does not compile: ${firstLine(error)} (RE2 syntax, without look-around and back-references)`,
    };
  }
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? message;
}
