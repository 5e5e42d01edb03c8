/** What a loopback platform holds: the truth that tests compare with. Amounts are counts of Stripe's own unit. */

export type Metadata = Readonly<Record<string, string>>;

export interface LoopbackReversal {
  readonly id: string;
  readonly transfer: string;
  readonly amount: number;
  readonly currency: string;
  readonly created: number;
  metadata: Metadata;
}

export interface LoopbackTransfer {
  readonly id: string;
  readonly amount: number;
  amountReversed: number;
  readonly currency: string;
  readonly destination: string;
  readonly transferGroup: string | null;
  /** Milliseconds; shown in seconds. */
  readonly at: number;
  readonly key: string | undefined;
  description: string | null;
  metadata: Metadata;
  readonly reversals: LoopbackReversal[];
}

export interface LoopbackPayout {
  readonly id: string;
  readonly account: string;
  readonly amount: number;
  readonly currency: string;
  readonly at: number;
  readonly key: string | undefined;
  status: 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled';
  failureCode: string | null;
  metadata: Metadata;
}

export type CapabilityStatus = 'active' | 'inactive' | 'pending';

/** A connected account. */
export interface ConnectedAccount {
  readonly id: string;
  readonly country: string;
  transfers: CapabilityStatus;
  payoutsEnabled: boolean;
  detailsSubmitted: boolean;
  requirements: AccountRequirements;
  /** Where the platform's region cannot send money. */
  restrictedRegion: boolean;
  deauthorized: boolean;
  metadata: Metadata;
  readonly balances: Map<string, number>;
}

export interface AccountRequirements {
  readonly currently_due: readonly string[];
  readonly past_due: readonly string[];
  readonly pending_verification: readonly string[];
  readonly eventually_due: readonly string[];
  readonly current_deadline: number | null;
  readonly disabled_reason: string | null;
}

export const NO_REQUIREMENTS: AccountRequirements = {
  currently_due: [],
  past_due: [],
  pending_verification: [],
  eventually_due: [],
  current_deadline: null,
  disabled_reason: null,
};

/** An account of ours in one environment: live and test never see each other. */
export class Platform {
  readonly id: string;
  readonly livemode: boolean;
  readonly transfers: LoopbackTransfer[] = [];
  readonly payouts: LoopbackPayout[] = [];
  readonly accounts = new Map<string, ConnectedAccount>();
  readonly balances = new Map<string, number>();

  constructor(id: string, livemode: boolean) {
    this.id = id;
    this.livemode = livemode;
  }

  balanceOf(currency: string): number {
    return this.balances.get(currency) ?? 0;
  }

  setBalance(currency: string, amount: number): void {
    this.balances.set(currency.toLowerCase(), amount);
  }

  addAccount(id: string, more: Partial<Omit<ConnectedAccount, 'id' | 'balances'>> = {}): ConnectedAccount {
    const account: ConnectedAccount = {
      id,
      country: 'US',
      transfers: 'active',
      payoutsEnabled: true,
      detailsSubmitted: true,
      requirements: NO_REQUIREMENTS,
      restrictedRegion: false,
      deauthorized: false,
      metadata: {},
      ...more,
      balances: new Map(),
    };
    this.accounts.set(id, account);
    return account;
  }
}
