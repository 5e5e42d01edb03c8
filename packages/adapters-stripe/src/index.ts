// the provider: transfers to connected accounts
export { stripeProvider, type StripeProvider, type StripeProviderOptions } from './stripe-provider.ts';
export type {
  BankPayoutListParams,
  BankPayoutParams,
  KeyedOptions,
  PageParams,
  ReversalParams,
  StripeClient,
  StripeRequest,
  StripeRequestOptions,
  TransferListParams,
  TransferParams,
} from './stripe-client.ts';
export { stripeCurrency, type StripeCurrencyOptions } from './currencies.ts';
export { STRIPE_METADATA, transferGroup } from './reference.ts';

// what can be asked before paying
export type { AvailableBalance } from './balance.ts';
export { readinessOf, type ReadinessReason, type RecipientReadiness } from './recipient.ts';

// money that is no payout of the ledger: taken back, and sent on to a bank
export { memoryIntents, type Intent, type IntentStore, type StoredIntent } from './intents/intent.ts';
export type { IntentOptions } from './intents/rail.ts';
export {
  stripeReversals,
  type ReversalRequest,
  type StripeReversals,
  type StripeReversalsOptions,
} from './intents/reversals.ts';
export {
  stripeBankPayouts,
  type BankPayoutRequest,
  type StripeBankPayouts,
  type StripeBankPayoutsOptions,
} from './intents/bank-payouts.ts';

// what an error means
export { classifyStripeFailure } from './classify.ts';
export { readFailure, type StripeFailure } from './failure.ts';
export { STRIPE_REFUSALS } from './refusals.ts';

// what a restricted key must be allowed
export { STRIPE_PERMISSIONS, type StripePermission } from './permissions.ts';

// events
export {
  type StripeEndpoint,
  type StripeEndpointSecret,
  type StripeEndpointSecrets,
} from './events/endpoint-secrets.ts';
export { STRIPE_SIGNATURE_HEADER } from './events/signature.ts';
export { type StripeEvent, type StripeSubject } from './events/stripe-event.ts';
export { stripeEvents, type StripeEvents, type StripeEventsOptions } from './events/stripe-events.ts';
export {
  type BankPayoutEvent,
  type StripeReceived,
  stripeWebhook,
  type StripeWebhook,
  type StripeWebhookOptions,
} from './events/webhook.ts';
// handlers
export { type DeliveryAnswer } from './handlers/answer.ts';
export { nextRoute, webHandler } from './handlers/web-handler.ts';
export { nodeHandler, type NodeRequest, type NodeResponse } from './handlers/node-handler.ts';
export {
  type FastifyLike,
  fastifyPlugin,
  type FastifyReplyLike,
  type FastifyRequestLike,
} from './handlers/fastify-plugin.ts';
// onboarding
export { type StripeAccounts } from './onboarding/accounts-api.ts';
export {
  type OnboardedParticipant,
  type RefreshedAccount,
  type StripeAccountLink,
  type StripeAccountParams,
  stripeOnboarding,
  type StripeOnboarding,
  type StripeOnboardingOptions,
} from './onboarding/onboarding.ts';
