import type { Notifier } from '../ports/notifier.ts';
import type { Store } from '../ports/store.ts';

/** How a delivery run goes about it. */
export interface DeliverOptions {
  /** How many notifications one call of the notifier gets. @defaultValue `100` */
  readonly batch?: number;
  /** How long a batch is kept from other runs, in milliseconds. @defaultValue `60000` */
  readonly leaseMs?: number;
}

/**
 * Delivers what waits in the outbox, a batch at a time, until nothing is left to lease. Each notification is delivered
 * at least once; its id is the key by which a notifier drops a second copy. A batch that fails waits for its lease to
 * end and the next run.
 *
 * @returns how many notifications were delivered.
 */
export async function deliverNotifications(
  store: Store,
  program: string,
  notifier: Notifier,
  options: DeliverOptions = {},
): Promise<number> {
  const { batch = 100, leaseMs = 60_000 } = options;
  let delivered = 0;
  for (;;) {
    const leased = await store.transact(program, (unit) => unit.outbox.lease(batch, leaseMs));
    if (leased.length === 0) return delivered;
    await notifier.deliver(leased);
    await store.transact(program, (unit) => unit.outbox.delivered(leased.map(({ id }) => id)));
    delivered += leased.length;
  }
}
