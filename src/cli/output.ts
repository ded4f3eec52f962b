import { fstatSync, type Stats, statSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';

/** One of the two outputs of this process. */
export interface Output {
  readonly isTerminal: boolean;
  print(text: string): void;
  /** Is done when the text has been taken, and rejects when nobody reads any more. */
  write(text: string): Promise<void>;
}

/**
 * An output whose stream is opened when there is no way around it: that takes longer than reading a policy. A file is written to as its
 * stream would, which waits as well; pipes and terminals have their streams, because whoever reads them may be slow.
 */
export function outputTo(fd: number, open: () => Writable & { readonly isTTY?: boolean }): Output {
  const about = aboutOf(fd);
  const isFile = about !== undefined && (about.isFile() || isNowhere(about));
  let stream: ReturnType<typeof open> | undefined;
  const opened = () => {
    stream ??= open().on('error', (error: NodeJS.ErrnoException) => {
      // Whoever reads us may stop reading, as `head` does: that is no error.
      if (error.code !== 'EPIPE') throw error;
    });
    return stream;
  };
  return {
    get isTerminal() {
      const canBe = about === undefined || (about.isCharacterDevice() && !isFile);
      return canBe && opened().isTTY === true;
    },
    print(text) {
      if (isFile) writeAll(fd, text);
      else opened().write(text);
    },
    write: (text) =>
      new Promise((resolve, reject) => {
        opened().write(text, (error) => (error ? reject(error) : resolve()));
      }),
  };
}

/** `undefined`: it cannot be told, as where this system has no such thing. */
function aboutOf(fd: number): Stats | undefined {
  try {
    return fstatSync(fd);
  } catch {
    return undefined;
  }
}

/** Whether what is written there is forgotten. */
function isNowhere({ rdev }: Stats): boolean {
  try {
    return rdev !== 0 && rdev === statSync('/dev/null').rdev;
  } catch {
    return false;
  }
}

function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}
