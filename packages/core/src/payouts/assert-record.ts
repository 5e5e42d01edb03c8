import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import { assertInstant } from '../instant.ts';
import { inRange } from '../money/range.ts';
import { assertText } from './assert-text.ts';
import { assertWholeNumber } from './assert-whole-number.ts';

/** The longest reason of a reversal, in UTF-16 units. */
const REASON_LENGTH_MAX = 1000;

// The records around payouts, checked once for all stores. Their types are those of the Store port, which lies above.

/** @throws {@link PayoutError} with code `INVALID_ID`, `INVALID_INSTANT` or `INVALID_INPUT` */
export function assertBatchRecord(batch: {
  readonly key: string;
  readonly openedAt: Date;
  readonly request: string;
  readonly pages: number;
  readonly page: number;
}): void {
  assertId(batch.key, 'batch');
  assertInstant(batch.openedAt, 'openedAt');
  assertText(batch.request, 'request');
  assertWholeNumber(batch.pages, 0, 'pages');
  assertWholeNumber(batch.page, 0, 'page');
}

/** @throws {@link PayoutError} with code `INVALID_ID`, `INVALID_AMOUNT`, `AMOUNT_OUT_OF_RANGE` or `INVALID_INPUT` */
export function assertReversalRecord(reversal: {
  readonly key: string;
  readonly earning: string;
  readonly amount?: bigint;
  readonly reason: string;
  readonly applied?: bigint;
}): void {
  assertId(reversal.key, 'reversal');
  assertId(reversal.earning, 'earning');
  if (reversal.amount !== undefined && inRange(reversal.amount) <= 0n) {
    throw new PayoutError('INVALID_AMOUNT', { reason: 'the amount of a reversal is not above zero' });
  }
  assertText(reversal.reason, 'reason', REASON_LENGTH_MAX);
  if (reversal.applied !== undefined && inRange(reversal.applied) < 0n) {
    throw new PayoutError('INVALID_AMOUNT', { reason: 'what a reversal took back is below zero' });
  }
}

/** @throws {@link PayoutError} with code `INVALID_ID`, `INVALID_INSTANT` or `INVALID_INPUT` */
export function assertControls(controls: {
  readonly epoch: number;
  readonly halts: readonly {
    readonly provider?: string;
    readonly account?: string;
    readonly currency?: string;
    readonly reason: string;
    readonly at: Date;
    readonly until?: Date;
  }[];
  readonly restored?: { readonly at: Date; readonly since: Date };
}): void {
  assertWholeNumber(controls.epoch, 0, 'epoch');
  if (controls.restored !== undefined) {
    assertInstant(controls.restored.at, 'restored.at');
    assertInstant(controls.restored.since, 'restored.since');
  }
  for (const { provider, account, currency, reason, at, until } of controls.halts) {
    if (provider !== undefined) assertId(provider, 'provider');
    if (account !== undefined) assertId(account, 'account');
    if (currency !== undefined) assertId(currency, 'currency');
    assertId(reason, 'reason');
    assertInstant(at, 'at');
    if (until !== undefined) assertInstant(until, 'until');
  }
}

/** A version of a destination at a provider. @throws {@link PayoutError} with code `INVALID_ID` or `INVALID_INPUT` */
export function assertDestinationVersion(destination: {
  readonly provider: string;
  readonly id: string;
  readonly version: number;
}): void {
  assertId(destination.provider, 'provider');
  assertId(destination.id, 'destination');
  assertWholeNumber(destination.version, 0, 'destination.version');
}
