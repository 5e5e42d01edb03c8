/** The part of an `ApifyClient` that is used here, of version 2.25 and later. */
export interface ApifyClientLike {
  actor(id: string): {
    start(
      input: unknown,
      options: {
        readonly timeout?: number;
        readonly maxItems?: number;
        readonly maxTotalChargeUsd?: number;
        readonly memory?: number;
      },
    ): Promise<ApifyRun>;
  };
  run(id: string): {
    waitForFinish(options: { readonly waitSecs: number }): Promise<ApifyRun>;
    abort(): Promise<unknown>;
  };
  dataset(id: string): {
    listItems(options: {
      readonly offset: number;
      readonly limit: number;
    }): Promise<{ readonly items: readonly unknown[] }>;
  };
}

/** A run of an actor. */
export interface ApifyRun {
  readonly id: string;
  readonly status: string;
  readonly defaultDatasetId: string;
}
