/** Where in a document something is: keys and list indexes from the root. */
export type Path = readonly (string | number)[];

/** Indexes count as the text they are written as: pointers know no numbers. */
export function isPrefix(prefix: Path, path: Path): boolean {
  return prefix.length <= path.length && prefix.every((step, index) => String(step) === String(path[index]));
}

/** A JSON pointer (RFC 6901) as a path. Digits name an index only inside a list, which the walk decides. */
export function pathOfPointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
