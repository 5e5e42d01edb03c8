import type { Environment } from '../payouts/payout.ts';
import type { PaymentObject, PaymentReference } from '../ports/provider.ts';

/** One payment as it really is at a simulated provider, whatever anybody was told of it. Kept up to date. */
export interface TrueMovement {
  /** The id of the provider's object. */
  readonly object: string;
  readonly key: string;
  readonly reference: PaymentReference;
  readonly participant: string;
  readonly account: string;
  readonly environment: Environment;
  readonly destination: string;
  readonly currency: string;
  /** Minor units of the ledger that moved, whatever was asked for. */
  readonly amount: bigint;
  readonly at: Date;
  readonly status: PaymentObject['status'];
  /** Cumulative: what of it is back in the platform's balance. */
  readonly returned: bigint;
  /** The frozen text that came with it. */
  readonly frozen: string;
}

/** The same, where its state changes. */
export interface ChangingMovement extends TrueMovement {
  status: PaymentObject['status'];
  returned: bigint;
}

/** A payment as the provider shows it now. */
export function paymentObject(movement: TrueMovement): PaymentObject {
  const object: PaymentObject = {
    id: movement.object,
    reference: movement.reference,
    account: movement.account,
    environment: movement.environment,
    destination: movement.destination,
    currency: movement.currency,
    amount: movement.amount,
    status: movement.status,
    returned: movement.returned,
  };
  return movement.status === 'failed' ? { ...object, code: 'failed_later' } : object;
}
