import type Stripe from 'stripe';

/** What is shown of an object: an id instead of each object that Stripe could expand there. */
type Unexpanded<T> = { [K in keyof T]: Exclude<T[K], { id: string; object: string }> };
type Plain<T> = Omit<T, 'lastResponse'>;

export type ShownReversal = Unexpanded<Plain<Stripe.TransferReversal>>;
export type ShownTransfer = Omit<Unexpanded<Plain<Stripe.Transfer>>, 'reversals'> & {
  reversals: { object: 'list'; data: ShownReversal[]; has_more: boolean; url: string };
};
export type ShownPayout = Unexpanded<Plain<Stripe.Payout>>;
export type ShownBalance = Plain<Stripe.Balance>;
export type ShownLink = Plain<Stripe.AccountLink>;
/** Of an account, the loopback shows a part. */
export type ShownAccount = Partial<
  Pick<
    Stripe.Account,
    | 'id'
    | 'object'
    | 'business_type'
    | 'capabilities'
    | 'charges_enabled'
    | 'country'
    | 'default_currency'
    | 'details_submitted'
    | 'metadata'
    | 'payouts_enabled'
    | 'requirements'
    | 'type'
  >
>;

export type AskedTransfer = Stripe.TransferCreateParams;
export type AskedTransfers = Stripe.TransferListParams;
export type AskedReversal = Stripe.TransferCreateReversalParams;
export type AskedReversals = Stripe.TransferListReversalsParams;
export type AskedPayout = Stripe.PayoutCreateParams;
export type AskedPayouts = Stripe.PayoutListParams;
export type AskedLink = Stripe.AccountLinkCreateParams;
export type AskedAccount = Stripe.AccountCreateParams;
