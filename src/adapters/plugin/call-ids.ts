import { canonicalJson } from '../../core/grant.js';
import { type PluginQuestion, renderQuestion } from '../../documents/plugin-call.js';

/** Fewer than a pass leaves unanswered on one target; the oldest are forgotten. */
const MOST_OPEN = 1_000;

/**
 * A call keeps its id while nothing comes back, so that the plugin can tell a repetition from a new call. What has been answered, however
 * badly, is never asked again under its id: a plugin that remembers its answers would give the old one instead of ending an access. For the same
 * reason another call about the same access forgets the open one, and so does a restart: every verb is idempotent by itself, the id
 * only spares work.
 */
export function createCallIds(): {
  of(question: PluginQuestion): string;
  answered(question: PluginQuestion): void;
} {
  const open = new Map<string, { readonly text: string; readonly id: string }>();
  return {
    of(question) {
      const about = aboutOf(question);
      if (about === undefined) return newId();
      const text = renderQuestion(question);
      const known = open.get(about);
      if (known?.text === text) return known.id;
      const id = newId();
      open.delete(about);
      open.set(about, { text, id });
      if (open.size > MOST_OPEN) open.delete(open.keys().next().value ?? '');
      return id;
    },
    answered(question) {
      const about = aboutOf(question);
      if (about !== undefined) open.delete(about);
    },
  };
}

/** The access a call would change; asking changes nothing. */
function aboutOf(question: PluginQuestion): string | undefined {
  if (question.verb !== 'grant' && question.verb !== 'revoke' && question.verb !== 'end_sessions')
    return undefined;
  return canonicalJson([question.subject, question.grant]);
}

function newId(): string {
  return `msg_${crypto.randomUUID()}`;
}
