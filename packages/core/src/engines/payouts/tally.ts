import type { ProcessReport } from './results.ts';

/** What a run counts. */
export type Counted = Exclude<keyof ProcessReport, 'halted' | 'errors'>;

/**
 * Counts what a run does. A transaction has one of its own, which is merged once it has been committed, because its work
 * may be run again from the start.
 */
export class Tally {
  readonly #counts: Record<Counted, number> = {
    approved: 0,
    destinationChanged: 0,
    sent: 0,
    looked: 0,
    completed: 0,
    postponed: 0,
    failed: 0,
    needsReview: 0,
    unknown: 0,
  };
  readonly #halted = new Map<string, ProcessReport['halted'][number]>();
  readonly #errors = new Map<string, ProcessReport['errors'][number]>();

  add(what: Counted, times = 1): void {
    this.#counts[what] += times;
  }

  halted(
    { provider, currency }: { readonly provider: string; readonly currency: string },
    reason: string,
  ): void {
    this.#halted.set(`${provider}\n${currency}\n${reason}`, { provider, currency, reason });
  }

  error(payout: string, code: string): void {
    this.#errors.set(payout, { payout, code });
  }

  merge(other: Tally): void {
    const { halted, errors, ...counts } = other.report;
    this.#counts.approved += counts.approved;
    this.#counts.destinationChanged += counts.destinationChanged;
    this.#counts.sent += counts.sent;
    this.#counts.looked += counts.looked;
    this.#counts.completed += counts.completed;
    this.#counts.postponed += counts.postponed;
    this.#counts.failed += counts.failed;
    this.#counts.needsReview += counts.needsReview;
    this.#counts.unknown += counts.unknown;
    for (const stop of halted) this.halted(stop, stop.reason);
    for (const { payout, code } of errors) this.error(payout, code);
  }

  get report(): ProcessReport {
    return { ...this.#counts, halted: [...this.#halted.values()], errors: [...this.#errors.values()] };
  }
}
