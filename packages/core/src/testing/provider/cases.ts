import { capabilityCases } from './capability-cases.ts';
import { eventCases } from './event-cases.ts';
import type { ProviderCase } from './harness.ts';
import { keyCases } from './key-cases.ts';
import { lossCases } from './loss-cases.ts';
import { paymentCases } from './payment-cases.ts';
import { refusalCases } from './refusal-cases.ts';

/** The contract of the PaymentProvider port: every promise as one case, in no needed order. */
export const providerCases: readonly ProviderCase[] = [
  ...capabilityCases,
  ...paymentCases,
  ...keyCases,
  ...lossCases,
  ...refusalCases,
  ...eventCases,
];
