/** One change of a source file: `find` occurs in it exactly once. */
export interface Edit {
  /** Below packages/core/src. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A guard that is removed on purpose: the simulator must notice. */
export interface Plant {
  /** In kebab-case. */
  readonly name: string;
  /** Which guard is gone, in a sentence. */
  readonly removes: string;
  readonly edits: readonly Edit[];
  /** Thought of by whoever planted it, who has not written the engines; the others were asked for. */
  readonly own?: true;
}
