import type { Environment } from '../../payouts/payout.ts';
import type { RawEvent } from '../../ports/provider.ts';
import { signSimulatedEvent } from '../../providers/simulated-event.ts';
import type { SendFault, SimulatedFaults } from '../../providers/simulated-faults.ts';
import { simulatedProvider, type SimulatedProvider } from '../../providers/simulated-provider.ts';
import type { Chance } from './chance.ts';
import type { FaultName } from './faults.ts';
import { CURRENCIES, type ProviderShape } from './scenario.ts';
import type { Scheduler } from './scheduler.ts';
import type { Swarm } from './swarm.ts';
import type { Trace } from './trace.ts';
import type { VirtualClock } from './virtual-clock.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
/** One way to the provider takes no longer than this. */
const LATENCY_MS = 400;

/** What a simulated provider of the simulation needs. */
export interface ProviderWorldOptions {
  readonly shape: ProviderShape;
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly swarm: Swarm;
  readonly clock: VirtualClock;
  readonly trace: Trace;
  readonly deliver: (event: RawEvent) => void;
}

/** A simulated provider, with the faults of the seed, and what its operators would know of it. */
export interface ProviderWorld {
  readonly shape: ProviderShape;
  readonly provider: SimulatedProvider;
  /** The account that its credentials are of, mostly. */
  readonly account: string;
  /** Its credentials say that they are of this environment. */
  readonly switchEnvironment: (to: Environment) => void;
  /** From now on and for so long, nothing that is asked of it is answered. */
  readonly fallSilent: (ms: number) => void;
  /** Signs a body anew, as the provider does when it repeats a delivery. */
  readonly sign: (body: string) => RawEvent;
  /** Counts the keys that it has forgotten by now as soon as it might. */
  countPruned(): void;
  /** Until when something that was sent for a payout may still be executed. */
  underWayUntil(program: string, payout: string): number;
}

/** Events that are this late are kept back on purpose. */
const EVENT_DELAY_MS = 6 * HOUR;

/** How a send is lost in an outage. */
const LOST: ReadonlySet<FaultName> = new Set(['request_lost', 'response_lost', 'executed_late']);

export function providerWorld(options: ProviderWorldOptions): ProviderWorld {
  const { shape, scheduler, chance, swarm, clock, trace } = options;
  const { between } = chance;
  const secret = `a secret of ${shape.id}`;
  const account = `${shape.id}-account`;
  const firstSends = new Map<string, number>();
  const lastSends = new Map<string, number>();
  const youngest = new Map<string, number>();
  const prunes = shape.keys && swarm.times('keys_pruned') > 0;
  let seen = 0;

  const silent = (): { readonly silent?: true } => (chance.hits(12_000) ? { silent: true } : {});
  const lateMs = (): number => between(1, shape.inFlightMs - 4 * LATENCY_MS);
  const sendFaults: readonly (readonly [FaultName, () => SendFault])[] = [
    ['request_lost', () => ({ name: 'request_lost', ...silent() })],
    ['response_lost', () => ({ name: 'response_lost', ...silent() })],
    ['executed_late', () => ({ name: 'executed_late', afterMs: lateMs(), ...silent() })],
    ['error_500_stored', () => ({ name: 'error_500_stored' })],
    ['error_500_executed', () => ({ name: 'error_500_executed' })],
    [
      'rate_limited',
      () => ({ name: 'rate_limited', ...(chance.half() && { retryAfterMs: between(500, MINUTE) }) }),
    ],
    ['key_in_use', () => ({ name: 'key_in_use' })],
    ['refused_not_stored', () => ({ name: 'refused_not_stored' })],
    ['balance_insufficient', () => ({ name: 'balance_insufficient' })],
    ['recipient_not_ready', () => ({ name: 'recipient_not_ready' })],
    ['hidden_resend', () => ({ name: 'hidden_resend' })],
    ['not_a_payment', () => ({ name: 'not_a_payment', executed: chance.half() })],
    ['payment_pending', () => ({ name: 'pending_moved', afterMs: between(MINUTE, 20 * HOUR) })],
    ['payment_failed_later', () => ({ name: 'pending_failed', afterMs: between(MINUTE, 20 * HOUR) })],
  ];

  /** What becomes of a send while nothing is answered. */
  const lost = sendFaults.filter(([name]) => LOST.has(name));
  let silentUntil = 0;

  const faults: SimulatedFaults = {
    send: ({ request }) => {
      const { key, program, payout, attempt } = request;
      lastSends.set(`${program}\n${payout}`, scheduler.now);
      if (!firstSends.has(key)) firstSends.set(key, scheduler.now);
      const found =
        scheduler.now < silentUntil ? chance.pick(lost) : sendFaults.find(([name]) => swarm.hits(name));
      trace.note(shape.id, 'sent', program, payout, `${attempt}`, key, found?.[0] ?? '');
      return found?.[1]();
    },
    find: ({ program, payout }) => {
      if (scheduler.now < silentUntil || swarm.hits('lookup_error')) return { name: 'lookup_error' };
      for (const { reference, at } of provider.truth().slice(seen)) {
        youngest.set(`${reference.program}\n${reference.payout}`, at.getTime());
      }
      seen = provider.truth().length;
      const movedAt = youngest.get(`${program}\n${payout}`);
      const isYoung = movedAt !== undefined && clock.time - movedAt < shape.lookupDelayMs;
      return isYoung && swarm.hits('lookup_lags') ? { name: 'lookup_lags' } : undefined;
    },
    account: () => (swarm.hits('account_error') ? { name: 'account_error' } : undefined),
    event: () => {
      if (swarm.hits('event_dropped')) return { name: 'event_dropped' };
      if (swarm.hits('event_early')) return { name: 'event_early' };
      if (swarm.hits('event_duplicated')) return { name: 'event_duplicated', afterMs: between(0, HOUR) };
      if (swarm.hits('event_under_two_ids')) return { name: 'event_under_two_ids' };
      if (swarm.hits('event_reordered'))
        return { name: 'event_reordered', afterMs: between(MINUTE, EVENT_DELAY_MS) };
      if (swarm.hits('event_delayed'))
        return { name: 'event_delayed', afterMs: between(MINUTE, EVENT_DELAY_MS) };
      if (swarm.hits('event_forged')) return { name: 'event_forged' };
      if (swarm.hits('event_wrong_account')) return { name: 'event_wrong_account' };
      return undefined;
    },
  };

  let environment: Environment = 'test';
  const simulated = simulatedProvider({
    ...shape,
    account,
    environment: 'test',
    currencies: CURRENCIES,
    clock: clock.read,
    schedule: (afterMs, run) => {
      scheduler.after(afterMs, run);
    },
    faults,
    latencyMs: () => between(1, LATENCY_MS),
    // Keys live longer than is promised, unless a fault has them forgotten.
    keysPrunedAfterMs: shape.keyWindowMs + (prunes ? 0 : HOUR),
    balance: Object.fromEntries(Object.keys(CURRENCIES).map((code) => [code, PLENTY])),
    deliver: options.deliver,
    eventDelayMs: () => between(1, 5000),
    secret,
  });

  const provider: SimulatedProvider = {
    ...simulated,
    account: async () => ({ ...(await simulated.account()), environment }),
  };

  return {
    shape,
    provider,
    switchEnvironment: (to) => {
      environment = to;
    },
    account,
    fallSilent: (ms) => {
      silentUntil = scheduler.now + ms;
    },
    sign: (body) => signSimulatedEvent(body, secret, clock.read()),
    countPruned: () => {
      if (!prunes) return;
      for (const first of firstSends.values()) {
        if (scheduler.now - first >= shape.keyWindowMs) swarm.count('keys_pruned');
      }
    },
    underWayUntil: (program, payout) => (lastSends.get(`${program}\n${payout}`) ?? 0) + shape.inFlightMs,
  };
}

/** More than all payouts of a seed. */
export const PLENTY = 1_000_000_000_000n;
