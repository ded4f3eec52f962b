import { autocomplete, autocompleteMultiselect, confirm, isCancel, text } from '@clack/prompts';
import { oneLine } from '../views/untrusted-text.js';
import { Unable } from './exit.js';
import type { Option, Prompts } from './prompts.js';

/** On the error output, so that what is printed can go into a file. */
const ON = { output: process.stderr };
/** Rows of a list that are seen at once. */
const MOST_ROWS = 10;

export const terminalPrompts: Prompts = {
  async text({ message, initial, wrong }) {
    return answered(
      await text({
        ...ON,
        message,
        ...(initial === undefined ? {} : { initialValue: initial }),
        validate: (answer) => wrong?.(answer ?? ''),
      }),
    );
  },
  async choose({ message, options }) {
    return answered(await autocomplete({ ...ON, message, options: shown(options), maxItems: MOST_ROWS }));
  },
  async chooseSome({ message, options }) {
    return answered(
      await autocompleteMultiselect({
        ...ON,
        message,
        options: shown(options),
        maxItems: MOST_ROWS,
        required: true,
      }),
    );
  },
  async confirm(message) {
    return answered(await confirm({ ...ON, message }));
  },
};

/** Titles come from a document, which could hold what moves the cursor. */
function shown(options: readonly Option[]): { value: string; label: string; hint?: string }[] {
  return options.map(({ value, label, hint }) => ({
    value,
    label: oneLine(label),
    ...(hint === undefined ? {} : { hint: oneLine(hint) }),
  }));
}

function answered<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new Unable('broken off; nothing was done', '');
  return answer as Exclude<T, symbol>;
}
