import { styleText } from 'node:util';

/** One step of the story as it is reported. */
export interface StepReport {
  readonly step: string;
  readonly ok: boolean;
  readonly milliseconds: number;
  /** What was seen, in the order it was seen. */
  readonly seen: readonly string[];
}

export interface Narrator {
  /** Runs one step and tells it while it runs. Rethrows what it throws, reported. */
  step(title: string, work: (see: (line: string) => void) => Promise<void>): Promise<void>;
  readonly reports: readonly StepReport[];
}

/** Where the story goes. A terminal knows whether it has colours, `NO_COLOR` included. */
export interface Stage {
  write(text: string): unknown;
  hasColors?(): boolean;
}

export function createNarrator(out: Stage): Narrator {
  const reports: StepReport[] = [];
  const colour = out.hasColors?.() ?? false;
  const paint = (style: 'green' | 'red' | 'dim' | 'bold', text: string): string =>
    colour ? styleText(style, text) : text;
  return {
    reports,
    async step(title, work) {
      const began = performance.now();
      const seen: string[] = [];
      const waiting = `  … ${title}`;
      if (colour) out.write(paint('dim', waiting));
      const finish = (ok: boolean): void => {
        const milliseconds = Math.round(performance.now() - began);
        reports.push({ step: title, ok, milliseconds, seen });
        if (colour) out.write(`\r${' '.repeat(waiting.length)}\r`);
        const mark = ok ? paint('green', '✓') : paint('red', '✗');
        out.write(`${mark} ${paint('bold', title)} ${paint('dim', `(${milliseconds} ms)`)}\n`);
        for (const line of seen) out.write(`    ${line}\n`);
      };
      try {
        await work((line) => void seen.push(...line.split('\n')));
        finish(true);
      } catch (error) {
        seen.push(error instanceof Error ? error.message : String(error));
        finish(false);
        throw error;
      }
    },
  };
}

/** Looks again for a while: what the story waits for is done by somebody else, and a busy machine takes its time. */
export async function eventually<T>(look: () => Promise<T | undefined>, sentence: string): Promise<T> {
  for (let attempt = 0; attempt < MOST_LOOKS; attempt += 1) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`This did not happen: ${sentence}`);
}

const MOST_LOOKS = 60;

/** What the story says has to be so. */
export function must(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Error(`This did not happen: ${sentence}`);
}
