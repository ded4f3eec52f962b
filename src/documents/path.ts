/** Where in a document something is: keys and list indexes from the root. */
export type Path = readonly (string | number)[];

/** The same text for the same place. Indexes count as the text they are written as: pointers know no numbers. */
export function keyOf(path: Path): string {
  return JSON.stringify(path.map(String));
}

/** A JSON pointer (RFC 6901) as a path. Digits name an index only inside a list, which the walk decides. */
export function pathOfPointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
