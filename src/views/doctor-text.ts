import { isHealthy, type SetupFinding } from '../core/doctor/finding.js';
import { type Paint, unpainted } from './paint.js';
import { clip, oneLine } from './untrusted-text.js';

const STYLE: Readonly<Record<SetupFinding['severity'], Parameters<Paint>[0]>> = {
  critical: 'bad',
  warning: 'warn',
  notice: 'dim',
};
const MOST_MESSAGE = 500;

/** What is so, what it risks, and what to do: three lines. */
export function setupFindingText(finding: SetupFinding, paint: Paint = unpainted): string {
  const { severity, code, message, risk, fix } = finding;
  const first = `${paint(STYLE[severity], severity.padEnd(8))} ${code}: ${clip(oneLine(message), MOST_MESSAGE)}`;
  return [first, `         Risk: ${risk}`, `         Fix:  ${oneLine(fix)}`].join('\n');
}

export function setupText(findings: readonly SetupFinding[], paint: Paint = unpainted): string {
  const count = (severity: SetupFinding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const told = findings.map((finding) => `${setupFindingText(finding, paint)}\n`);
  const sum = `${count('critical')} critical, ${count('warning')} warnings, ${count('notice')} notices`;
  const last = isHealthy(findings)
    ? `${paint('good', 'Healthy')}: ${sum}.`
    : `${paint('bad', 'Not healthy')}: ${sum}.`;
  return [...told, last].join('\n');
}

/** The shape `hallpass doctor --json` prints; it only ever grows. */
export function setupJson(findings: readonly SetupFinding[]) {
  return {
    healthy: isHealthy(findings),
    findings: findings.map(({ code, severity, about, message, risk, fix }) => ({
      code,
      severity,
      about,
      message,
      risk,
      fix,
    })),
  };
}
