import type { Issue } from '../documents/issue.js';
import { oneLine } from './untrusted-text.js';

/** How `hallpass validate` prints issues: for people, for programs, for workflow logs, for code scanning. */
export const ISSUE_FORMATS = ['text', 'json', 'github', 'sarif'] as const;
export type IssueFormat = (typeof ISSUE_FORMATS)[number];

const RENDERINGS: Readonly<Record<IssueFormat, (issues: readonly Issue[]) => string>> = {
  text: (issues) => issues.map(textLine).join(''),
  json: (issues) => jsonLine({ issues: issues.map(bare) }),
  github: (issues) => issues.map(workflowCommand).join(''),
  sarif: (issues) => jsonLine(sarifLog(issues)),
};

/** Every line ends with a line feed; nothing to say is an empty text, or an empty list. */
export function renderIssues(issues: readonly Issue[], format: IssueFormat): string {
  return RENDERINGS[format](issues);
}

/** `file:line:column code message — how to fix` (DESIGN section 3). */
function textLine({ file, line, column, code, severity, message, fix }: Issue): string {
  const level = severity === 'warning' ? 'warning: ' : '';
  return `${oneLine(`${file}:${line}:${column} ${code} ${level}${message} — ${fix}`)}\n`;
}

function bare({ file, line, column, code, severity, message, fix }: Issue): Issue {
  return { file, line, column, code, severity, message, fix };
}

/**
 * An annotation of a workflow run. The escapes are those of GitHub's own toolkit; whatever else could move a terminal's cursor is
 * spelled out (T122).
 */
function workflowCommand({ file, line, column, code, severity, message, fix }: Issue): string {
  const properties = { file, line, col: column, title: code };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`);
  return `::${severity} ${list.join(',')}::${data(`${message} — ${fix}`)}\n`;
}

function data(text: string): string {
  const escaped = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return oneLine(escaped);
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** SARIF 2.1.0 (OASIS), as far as code scanning reads it. */
function sarifLog(issues: readonly Issue[]): object {
  const rules = [...new Set(issues.map(({ code }) => code))].sort().map((id) => ({ id }));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'hallpass', rules } },
        columnKind: 'utf16CodeUnits',
        results: issues.map(sarifResult),
      },
    ],
  };
}

function sarifResult({ file, line, column, code, severity, message, fix }: Issue): object {
  const region = { startLine: line, startColumn: column };
  return {
    ruleId: code,
    level: severity,
    message: { text: `${message} — ${fix}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: relativeUri(file) }, region } }],
  };
}

/** A path as a relative reference (RFC 3986): every segment escaped by itself. */
function relativeUri(path: string): string {
  return path
    .replace(/\p{Cs}/gu, '\uFFFD')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
}

/** JSON escapes the C0 controls only; the rest of what cannot be seen becomes an escape as well. */
function jsonLine(value: object): string {
  const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
  const text = JSON.stringify(value).replace(unseen, (character) =>
    [...Array(character.length).keys()].map((at) => unit(character.charCodeAt(at))).join(''),
  );
  return `${text}\n`;
}

function unit(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
