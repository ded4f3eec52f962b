/** A file of a checked-out repository, by its own name: links are not followed. */
export interface ListedFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  /** As git writes it, such as `100644`, where it is known: not every file system has links and executable bits. */
  readonly mode?: string;
  /** Bytes. */
  readonly size: number;
}

/** A checked-out access repository, without `.git`. */
export interface WorkingFolder {
  list(): Promise<readonly ListedFile[]>;
  /** Only called for listed files of a size that may be read. */
  read(path: string): Promise<Uint8Array>;
}
