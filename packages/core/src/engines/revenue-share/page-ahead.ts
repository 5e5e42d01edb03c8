import type { CommitStep, PlanRecord } from '../../ports/store.ts';
import { systemTimers } from '../../ports/timers.ts';
import { type CommitContext, type PageWrites, STEPS } from './commit-steps.ts';

/** Which page of which step. */
export type PagePlace = Pick<PlanRecord, 'revision' | 'step' | 'page'>;

/** How much of a page is prepared without a pause. */
const SLICE = 131_072;

/**
 * Prepares the page after the one that a store is just writing, in small parts, so that neither waits for the other. A
 * page is frozen: what was prepared of it stays right, and is left unused where another run did the page meanwhile.
 */
export class PageAhead {
  #place: PagePlace | undefined;
  #writes: Promise<PageWrites> | undefined;

  /** Begins to prepare a page, and does not wait for it. */
  begin(context: CommitContext, place: PagePlace, page: string): void {
    this.#place = place;
    this.#writes = prepareSlowly(context, place.step, page);
    // Whoever takes it hears of it.
    this.#writes.catch(() => undefined);
  }

  /** Resolves when nothing is being prepared. */
  async ready(): Promise<void> {
    await this.#writes?.catch(() => undefined);
  }

  /** What a page writes, if it was prepared. */
  async take({ revision, step, page }: PagePlace): Promise<PageWrites | undefined> {
    const place = this.#place;
    if (place?.revision !== revision || place.step !== step || place.page !== page) return undefined;
    return this.#writes;
  }
}

/** What a page of a step writes. */
export function preparePage(context: CommitContext, step: CommitStep, page: string): PageWrites {
  return joined([...slicesOf(page)].map((slice) => prepareSlice(context, step, slice)));
}

/** The same, with a pause after each part. */
async function prepareSlowly(context: CommitContext, step: CommitStep, page: string): Promise<PageWrites> {
  const parts: PageWrites[] = [];
  for (const slice of slicesOf(page)) {
    await systemTimers.wait(0);
    parts.push(prepareSlice(context, step, slice));
  }
  return joined(parts);
}

function prepareSlice(context: CommitContext, step: CommitStep, slice: string): PageWrites {
  if (step === 'done') return joined([]);
  const { read, prepare } = STEPS[step];
  return prepare(context, read(slice));
}

/** Whole lines of the page, so many that they have about the same length; one empty slice of an empty page. */
function* slicesOf(page: string): Generator<string> {
  let start = 0;
  do {
    const feed = page.indexOf('\n', start + SLICE);
    const end = feed === -1 ? page.length : feed;
    yield page.slice(start, end);
    start = end + 1;
  } while (start < page.length);
}

function joined(parts: readonly PageWrites[]): PageWrites {
  return {
    transfers: parts.flatMap(({ transfers }) => transfers),
    earnings: parts.flatMap(({ earnings }) => earnings),
    notifications: parts.flatMap(({ notifications }) => notifications),
  };
}
