import { batchFlows } from './flows/batch-flows.ts';
import { earningFlows } from './flows/earning-flows.ts';
import { evidenceFlows } from './flows/evidence-flows.ts';
import { operatorFlows } from './flows/operator-flows.ts';
import { sendFlows } from './flows/send-flows.ts';
import { stepFlows } from './flows/step-flows.ts';
import type { CrashFlow } from './flow.ts';

/** Every flow of money through the payout engine, in the order in which money takes them. */
export const crashFlows: readonly CrashFlow[] = [
  ...earningFlows,
  ...stepFlows,
  ...batchFlows,
  ...sendFlows,
  ...evidenceFlows,
  ...operatorFlows,
];
