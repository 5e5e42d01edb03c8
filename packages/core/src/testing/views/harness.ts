import type { ClipContent, Platform } from '../../campaigns/platform.ts';
import type { UnknownViews, ViewFailure, ViewSource } from '../../ports/view-source.ts';

/** What a clip shows to whoever looks: how many views, or why not. */
export type ShownViews = bigint | UnknownViews;

/** A source under test, and what can be done to the world that it looks at. Plain functions that need no `this`. */
export interface OpenedViewSource {
  readonly source: ViewSource;
  /** From now on the clip shows this. A clip of which nothing was ever said does not exist. */
  readonly show: (clip: ClipContent, views: ShownViews) => Promise<void>;
  /** From now on the service behind the source fails like this, for every clip; `undefined` ends it. */
  readonly fail?: (code: ViewFailure | undefined) => Promise<void>;
  /** With `stalls`: from now on the service gives no answer, for as long as anyone waits. `asked` tells of a request. */
  readonly stall?: () => Promise<{ readonly asked: Promise<void> }>;
  readonly close?: () => Promise<void>;
}

/** How the contract suite reaches the source under test. */
export interface ViewSourceHarness {
  /** Opens a source against a world without clips. Called for each case. */
  open(): Promise<OpenedViewSource>;
  /** Whose clips the source counts; it must say the same. */
  readonly platforms: readonly Platform[];
  /** The reasons that this source can tell apart. All others come as `missing`. */
  readonly unknown: readonly UnknownViews[];
  /** The failures that its world can be made to have, and whether asking again later can help. */
  readonly failures: Readonly<Partial<Record<ViewFailure, { readonly retryable: boolean }>>>;
  /** Whether its world can be made to give no answer. */
  readonly stalls: boolean;
  /** What must never be in an answer: the key or token of the credentials. */
  readonly secret?: string;
}

/** One promise of the port, as data. */
export interface ViewSourceCase {
  /** Stable, in kebab case, unique in the suite. */
  readonly id: string;
  /** A sentence about views. */
  readonly title: string;
  /** Why it does not apply to a harness; `undefined` when it does. */
  without?(harness: ViewSourceHarness): string | undefined;
  /** Resolves when the source keeps the promise, rejects when not. */
  run(harness: ViewSourceHarness): Promise<void>;
}
