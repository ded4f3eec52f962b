/** Something to choose. */
export interface Option {
  readonly value: string;
  readonly label: string;
  /** What is good to know before choosing it. */
  readonly hint?: string;
}

/** Questions to whoever sits at the terminal. Every one rejects with `Unable` when it is broken off. */
export interface Prompts {
  text(question: {
    readonly message: string;
    readonly initial?: string;
    /** @returns what is wrong with the answer, in a sentence. */
    readonly wrong?: (answer: string) => string | undefined;
  }): Promise<string>;
  choose(question: { readonly message: string; readonly options: readonly Option[] }): Promise<string>;
  /** At least one; typing narrows the list. */
  chooseSome(question: {
    readonly message: string;
    readonly options: readonly Option[];
  }): Promise<readonly string[]>;
  confirm(message: string): Promise<boolean>;
}
