import type { Violation } from '../core/grant.js';
import { name, type Phrase, phrase, strong, toMarkdown } from './phrase.js';

/** What is wrong, what follows, and what to do. */
export function violationNotice({ commit, problems }: Violation): string {
  const lines = problems.map(({ code, path, message }) => {
    const where: Phrase = path === undefined ? [] : phrase`${name(path)}: `;
    return `- ${toMarkdown(phrase`${where}${message} (${name(code)})`)}`;
  });
  const start = phrase`🔴 ${strong('Nothing was granted')} for what commit ${name(commit.slice(0, 12))} brought to the default branch.`;
  const end = phrase`To ask for the access, open a pull request with a new file. If nobody meant this, look at who may push here.`;
  return [toMarkdown(start), '', ...lines, '', toMarkdown(end)].join('\n');
}
