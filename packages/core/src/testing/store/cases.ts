import { attemptCases } from './attempt-cases.ts';
import { batchCases } from './batch-cases.ts';
import { blockCases } from './block-cases.ts';
import { campaignCases } from './campaign-cases.ts';
import { cappedCases } from './capped-cases.ts';
import { clipCases } from './clip-cases.ts';
import { concurrencyCases } from './concurrency-cases.ts';
import { controlCases } from './control-cases.ts';
import { destinationCases } from './destination-cases.ts';
import { earningCases } from './earning-cases.ts';
import { earningPartsCases } from './earning-parts-cases.ts';
import { eventCases } from './event-cases.ts';
import type { StoreCase } from './harness.ts';
import { idCases } from './id-cases.ts';
import { interactionCases } from './interaction-cases.ts';
import { lockCases } from './lock-cases.ts';
import { movementCases } from './movement-cases.ts';
import { outboxCases } from './outbox-cases.ts';
import { participantCases } from './participant-cases.ts';
import { payoutCases } from './payout-cases.ts';
import { periodCases } from './period-cases.ts';
import { planCases } from './plan-cases.ts';
import { postingCases } from './posting-cases.ts';
import { raceCases } from './race-cases.ts';
import { referralCases } from './referral-cases.ts';
import { reversalCases } from './reversal-cases.ts';
import { reversalRecordCases } from './reversal-record-cases.ts';
import { streamCases } from './stream-cases.ts';
import { transactionCases } from './transaction-cases.ts';
import { valueCases } from './value-cases.ts';

/** The contract of the Store port: every promise as one case, in no needed order. */
export const storeCases: readonly StoreCase[] = [
  ...transactionCases,
  ...postingCases,
  ...cappedCases,
  ...reversalCases,
  ...earningCases,
  ...periodCases,
  ...interactionCases,
  ...earningPartsCases,
  ...participantCases,
  ...destinationCases,
  ...referralCases,
  ...planCases,
  ...outboxCases,
  ...payoutCases,
  ...attemptCases,
  ...movementCases,
  ...batchCases,
  ...reversalRecordCases,
  ...eventCases,
  ...controlCases,
  ...blockCases,
  ...campaignCases,
  ...clipCases,
  ...lockCases,
  ...valueCases,
  ...idCases,
  ...streamCases,
  ...raceCases,
  ...concurrencyCases,
];
