import { cappedCases } from './capped-cases.ts';
import { concurrencyCases } from './concurrency-cases.ts';
import { earningCases } from './earning-cases.ts';
import type { StoreCase } from './harness.ts';
import { idCases } from './id-cases.ts';
import { interactionCases } from './interaction-cases.ts';
import { outboxCases } from './outbox-cases.ts';
import { participantCases } from './participant-cases.ts';
import { periodCases } from './period-cases.ts';
import { planCases } from './plan-cases.ts';
import { postingCases } from './posting-cases.ts';
import { raceCases } from './race-cases.ts';
import { referralCases } from './referral-cases.ts';
import { reversalCases } from './reversal-cases.ts';
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
  ...participantCases,
  ...referralCases,
  ...planCases,
  ...outboxCases,
  ...valueCases,
  ...idCases,
  ...streamCases,
  ...raceCases,
  ...concurrencyCases,
];
