/** For tests of programs that pay through Stripe, without a network and without keys: a Stripe on the loopback interface. */

// the server
export {
  type LoopbackKey,
  type LoopbackOptions,
  type LoopbackStripe,
  type SeenRequest,
  startLoopbackStripe,
} from './loopback/server.ts';
export { LOOPBACK_FAULTS, type LoopbackFault } from './loopback/faults.ts';

// what it holds
export {
  type AccountRequirements,
  type CapabilityStatus,
  type ConnectedAccount,
  type LoopbackPayout,
  type LoopbackReversal,
  type LoopbackTransfer,
  NO_REQUIREMENTS,
  type Platform,
} from './loopback/platform.ts';

// what it tells of
export {
  eventBody,
  type LoopbackEvent,
  shownEvent,
  signatureHeader,
  signedDelivery,
} from './loopback/events.ts';
export { shownAccount, shownPayout, shownTransfer } from './loopback/shown.ts';

// the contract of the IntentStore port
export type { IntentStoreCase, OpenedIntentStores } from './intents/harness.ts';
export { registerIntentStoreCases } from './intents/register.ts';
export { intentStoreCases } from './intents/cases.ts';
