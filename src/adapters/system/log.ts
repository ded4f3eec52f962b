import { pino } from 'pino';
import type { Clock } from '../../ports/clock.js';
import type { Log, LogFields } from '../../ports/log.js';
import { currentRedactor } from './redact.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface LogOptions {
  readonly clock: Clock;
  readonly level?: LogLevel;
  /** Values that must never be written. Asked for at every line: a secret may be replaced while the server runs. */
  readonly secrets: () => readonly string[];
  /** Where lines go; standard output when absent. */
  readonly destination?: { write(line: string): void };
}

/** Longer texts are cut: nobody outside may fill the disk (T124). */
const LONGEST_TEXT = 2_000;
/** JSON escapes C0 by itself; this is what else could move a cursor, break a line or hide text (T124). */
const UNSEEN = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One JSON object a line. Secrets are taken out of every text; control and invisible characters are escaped. */
export function createLog(options: LogOptions): Log {
  const logger = pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: () => `,"time":"${options.clock.now()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    escaping(options.destination ?? process.stdout),
  );
  const clean = cleaner(options.secrets);
  const write = (level: 'info' | 'warn' | 'error') => (message: string, fields?: LogFields) =>
    logger[level](cleanFields(fields, clean), clean(message));
  return { info: write('info'), warn: write('warn'), error: write('error') };
}

function cleaner(secrets: () => readonly string[]): (text: string) => string {
  const redact = currentRedactor(secrets);
  return (text) => {
    const safe = redact(text);
    return safe.length > LONGEST_TEXT ? `${safe.slice(0, LONGEST_TEXT)}… (${safe.length} characters)` : safe;
  };
}

function cleanFields(fields: LogFields | undefined, clean: (text: string) => string): LogFields {
  const pairs = Object.entries(fields ?? {});
  return Object.fromEntries(
    pairs.map(([name, value]) => [name, typeof value === 'string' ? clean(value) : value]),
  );
}

function escaping(to: { write(line: string): unknown }): { write(line: string): void } {
  return { write: (line) => void to.write(line.replaceAll(UNSEEN, escaped)) };
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
