/** A folder in which files are made, and none is ever changed. */
export interface NewFiles {
  /** @returns false when something lies at the path already, whatever it is; then nothing is written. */
  create(path: string, content: string): Promise<boolean>;
}
