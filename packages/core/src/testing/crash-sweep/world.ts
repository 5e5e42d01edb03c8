import { deliverNotifications } from '../../engines/deliver.ts';
import { NEVER } from '../../engines/payouts/context.ts';
import type { PayoutEngineRules } from '../../engines/payouts/rules.ts';
import { currency } from '../../money/currency.ts';
import { isOpen } from '../../payouts/states.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Directory, Participant } from '../../ports/directory.ts';
import type { Notification, Notifier } from '../../ports/notifier.ts';
import type { RawEvent } from '../../ports/provider.ts';
import type { Store } from '../../ports/store.ts';
import { simulatedProvider, type SimulatedProvider } from '../../providers/simulated-provider.ts';
import type { CrashFlow } from './flow.ts';
import { VirtualTime } from './virtual-time.ts';

/** The program that everything in a sweep happens in. */
export const PROGRAM = 'crash-sweep';
/** When a sweep begins. */
export const START = new Date(Date.UTC(2026, 0, 1));

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Opens an empty store that goes by the clock. */
export type OpenStore = (clock: Clock) => Store | Promise<Store>;

/** What outlives a process: the store, the provider, the directory, what was delivered, and time. */
export interface SweepWorld {
  readonly store: Store;
  readonly provider: SimulatedProvider;
  readonly time: VirtualTime;
  readonly rules: PayoutEngineRules;
  readonly people: Map<string, Participant>;
  readonly directory: Directory;
  readonly notifier: Notifier;
  /** What was delivered, by id. */
  readonly delivered: ReadonlyMap<string, Notification>;
  /** Events that the provider has sent and that nobody has answered for yet. */
  readonly inbox: RawEvent[];
  /** When the next thing comes due by itself, if anything does. */
  nextDue(): Promise<number | undefined>;
}

/** A world in which nothing has happened. */
export async function openWorld(flow: CrashFlow, open: OpenStore): Promise<SweepWorld> {
  const time = new VirtualTime(START.getTime());
  const store = await open(time.clock);
  const inbox: RawEvent[] = [];
  const usd = currency('USD');
  const provider = simulatedProvider({
    currencies: { USD: { currency: usd, exponent: 2, step: 1n } },
    clock: time.clock,
    schedule: (ms, run) => {
      time.after(ms, run);
    },
    ...(flow.events === true && {
      deliver: (event: RawEvent) => {
        inbox.push(event);
      },
    }),
    ...(flow.faults && { faults: flow.faults() }),
    ...flow.provider,
  });
  const people = new Map(['ann', 'ben', 'cat'].map((id) => [id, participant(id)]));
  const delivered = new Map<string, Notification>();
  return {
    store,
    provider,
    time,
    rules: { ...RULES, ...flow.rules },
    people,
    directory: {
      participants: (_program, ids) => Promise.resolve(ids.map((id) => people.get(id))),
      referrals: (_program, referred) => Promise.resolve(referred.map(() => undefined)),
    },
    notifier: {
      deliver: (notifications) => {
        for (const notification of notifications) delivered.set(notification.id, notification);
        return Promise.resolve();
      },
    },
    delivered,
    inbox,
    nextDue: () => nextDue(store, time),
  };
}

/** Everybody can be paid, to a destination of their own. */
export function participant(id: string, version = 1): Participant {
  return { id, active: true, verified: true, destination: { id: `account-of-${id}-${version}`, version } };
}

/** Short enough that everything comes to its end in a few days. */
const RULES: PayoutEngineRules = {
  environment: 'test',
  thresholds: { currencies: { USD: { minimum: 1000n } } },
  require: { active: true, verified: true, destination: true, noOpenPayout: true },
  approval: { mode: 'automatic' },
  destinationHoldDays: 0,
  fees: { USD: { bearer: 'participant', fixed: 25n, rate: '0.01', rounding: 'half-even' } },
  retry: {
    firstMs: 30_000,
    longestMs: 10 * MINUTE,
    triesMax: 200,
    refusedMs: HOUR,
    attemptsMax: 3,
  },
  leaseMs: 5 * MINUTE,
  marginMs: MINUTE,
  runRefusalMs: 15 * MINUTE,
};

/** Delivers what waits in the outbox, past all processes. */
export async function deliverAll({ store, notifier }: SweepWorld): Promise<void> {
  await deliverNotifications(store, PROGRAM, notifier);
}

async function nextDue(store: Store, time: VirtualTime): Promise<number | undefined> {
  const times = await store.transact(PROGRAM, async (unit) => {
    const found: number[] = [];
    for await (const payouts of unit.payouts.all()) {
      for (const { state, dueAt } of payouts) if (isOpen(state)) found.push(dueAt.getTime());
    }
    for await (const earnings of unit.earnings.all()) {
      for (const { held, hold } of earnings) {
        if (held > 0n && hold?.until !== undefined) found.push(hold.until.getTime());
      }
    }
    for (const { until } of (await unit.controls.read()).halts) {
      if (until !== undefined) found.push(until.getTime());
    }
    return found;
  });
  if (time.next !== undefined) times.push(time.next);
  const future = times.filter((at) => at > time.now && at < NEVER.getTime());
  return future.length === 0 ? undefined : Math.min(...future);
}
