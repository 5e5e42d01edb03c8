import { payouts, type Payouts } from '../../engines/payouts/payouts.ts';
import type { Notifier } from '../../ports/notifier.ts';
import type { Store } from '../../ports/store.ts';
import { crashingDirectory, crashingNotifier, crashingProvider } from './crashing-ports.ts';
import { crashingStore } from './crashing-store.ts';
import type { Fuse } from './fuse.ts';
import type { SweepWorld } from './world.ts';

/** One life of a process: the production engine over ports at which it may die. */
export interface SweepWorker {
  readonly engine: Payouts;
  readonly store: Store;
  readonly notifier: Notifier;
}

/** A process that begins. All that it knows is in the world. */
export function startWorker(world: SweepWorld, fuse: Fuse): SweepWorker {
  const store = crashingStore(world.store, fuse);
  return {
    store,
    notifier: crashingNotifier(world.notifier, fuse),
    engine: payouts({
      store,
      rules: world.rules,
      directory: crashingDirectory(world.directory, fuse),
      providers: [crashingProvider(world.provider, fuse)],
      timers: world.time.timers,
      // In the middle: a backoff without luck.
      random: () => 0x8000_0000,
    }),
  };
}
