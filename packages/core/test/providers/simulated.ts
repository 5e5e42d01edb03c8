import { attemptKey } from '../../src/payouts/keys.ts';
import { currency } from '../../src/money/currency.ts';
import type { PaymentRequest, ProviderCapabilities, RawEvent } from '../../src/ports/provider.ts';
import type { EventFault, FindFault, SendFault } from '../../src/providers/simulated-faults.ts';
import {
  simulatedProvider,
  type SimulatedProvider,
  type SimulatedProviderOptions,
} from '../../src/providers/simulated-provider.ts';
import type { OpenedProvider, ProviderHarness } from '../../src/testing/index.ts';
import { virtualWorld, type VirtualWorld } from './virtual-world.ts';

const [usd, huf] = [currency('USD'), currency('HUF')];

export const CURRENCIES: ProviderCapabilities['currencies'] = {
  USD: { currency: usd, exponent: 2, step: 1n, minimum: 50n },
  HUF: { currency: huf, exponent: 2, step: 100n, minimum: 10_000n },
};

/** A simulated provider in a world of its own, with the next fault of each kind at hand. */
export interface Simulated extends VirtualWorld {
  readonly provider: SimulatedProvider;
  readonly request: (more?: Partial<PaymentRequest>) => PaymentRequest;
  readonly delivered: RawEvent[];
  /** What goes wrong with the next call of a kind. */
  readonly next: { send?: SendFault; find?: FindFault; event?: EventFault; account?: boolean };
}

export function simulated(options: Partial<SimulatedProviderOptions> = {}): Simulated {
  const world = virtualWorld();
  const next: Simulated['next'] = {};
  const delivered: RawEvent[] = [];
  const take = <Name extends keyof Simulated['next']>(name: Name) => {
    const fault = next[name];
    delete next[name];
    return fault;
  };
  const provider = simulatedProvider({
    currencies: CURRENCIES,
    clock: world.clock,
    schedule: world.schedule,
    deliver: (event) => delivered.push(event),
    faults: {
      send: () => take('send'),
      find: () => take('find'),
      event: () => take('event'),
      account: () => (take('account') === true ? { name: 'account_error' } : undefined),
    },
    ...options,
  });
  let payouts = 0;
  const request = (more: Partial<PaymentRequest> = {}): PaymentRequest => {
    const { program = 'program-1', payout = `payout-${(payouts += 1)}`, attempt = 1 } = more;
    const { account = 'account-1', participant = 'maya', destination = 'wallet-1', amount = 1_000n } = more;
    const { key = attemptKey(program, payout, attempt) } = more;
    const rest = { program, payout, attempt, key, account, participant, destination, amount };
    const whole = { ...rest, currency: more.currency ?? 'USD' };
    return { ...whole, frozen: more.frozen ?? JSON.stringify({ ...whole, amount: amount.toString() }) };
  };
  return { ...world, provider, request, delivered, next };
}

/** The simulated provider as the contract suite reaches it. */
export function openSimulated(options: Partial<SimulatedProviderOptions> = {}): OpenedProvider {
  const { provider, request, next, pass, clock } = simulated(options);
  const fail = (fault: SendFault) => async () => {
    next.send = fault;
  };
  return {
    provider,
    // The frozen text is made anew of what is asked for.
    request: ({ frozen: _, ...more } = {}) => request(more),
    countPayments: async ({ program, payout }) =>
      provider.truth().filter(({ reference }) => reference.program === program && reference.payout === payout)
        .length,
    emptyBalance: async (code) => provider.setBalance(code, 0n),
    fillBalance: async (code) => provider.setBalance(code, 10n ** 12n),
    unreadyDestination: async () => {
      provider.setRecipient('wallet-of-nobody', 'not_ready');
      return 'wallet-of-nobody';
    },
    giveBack: async (object, amount) => provider.giveBack(object, amount),
    event: async (payment, fromNowMs) =>
      provider.eventFor(payment.id, {}, new Date(clock().getTime() + fromNowMs)),
    loseRequest: fail({ name: 'request_lost' }),
    loseResponse: fail({ name: 'response_lost' }),
    withholdResponse: fail({ name: 'response_lost', silent: true }),
    passTime: async (ms) => pass(ms),
  };
}

export const EVERY_ABILITY: ProviderHarness['abilities'] = {
  keys: true,
  lookup: true,
  balance: true,
  recipients: true,
  returns: true,
  events: true,
  faults: true,
  time: true,
};
