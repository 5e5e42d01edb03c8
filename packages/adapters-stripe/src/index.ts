// events
export {
  type StripeEndpoint,
  type StripeEndpointSecret,
  type StripeEndpointSecrets,
} from './events/endpoint-secrets.ts';
export { STRIPE_SIGNATURE_HEADER } from './events/signature.ts';
export { type StripeEvent, type StripeSubject } from './events/stripe-event.ts';
export { stripeEvents, type StripeEvents, type StripeEventsOptions } from './events/stripe-events.ts';
