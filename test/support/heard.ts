import type { Log } from '../../src/ports/log.js';

/** Something that is waited for until it is opened. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

export interface HeardLog extends Log {
  readonly heard: {
    readonly level: string;
    readonly message: string;
    readonly fields: Record<string, unknown>;
  }[];
}

/** A log that remembers. */
export function hearingLog(): HeardLog {
  const heard: HeardLog['heard'] = [];
  const hear = (level: string) => (message: string, fields?: object) =>
    void heard.push({ level, message, fields: { ...fields } });
  return { heard, info: hear('info'), warn: hear('warn'), error: hear('error') };
}
