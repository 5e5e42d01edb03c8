import { deliverNotifications } from '../../../engines/deliver.ts';
import type { CrashFlow } from '../flow.ts';
import { PROGRAM } from '../world.ts';
import { credit, earned, threePayouts } from './money-earned.ts';

const STOP = { program: PROGRAM, provider: 'simulated', reason: 'maintenance', by: 'olga' };

/** What operators do to all sends, and what everybody is told. */
export const operatorFlows: readonly CrashFlow[] = [
  {
    id: 'stop',
    title: 'a stop is one stop, however often it is asked for, and nothing is sent under it',
    prepare: (_world, worker) => threePayouts(worker),
    calls: [({ engine }) => engine.stop(STOP), ({ engine }) => engine.process({ program: PROGRAM })],
    // Operators are told again when they ask again later.
    alike: 'in_the_end',
  },
  {
    id: 'resume',
    title: 'what was stopped is sent once after the stop has ended',
    prepare: async (_world, worker) => {
      await threePayouts(worker);
      await worker.engine.stop(STOP);
    },
    calls: [({ engine }) => engine.resume(STOP), ({ engine }) => engine.process({ program: PROGRAM })],
    alike: 'in_the_end',
  },
  {
    id: 'raise-epoch',
    title: 'an epoch that is raised twice stops nobody from being paid once',
    prepare: (_world, worker) => threePayouts(worker),
    calls: [
      ({ engine }) => engine.raiseEpoch({ program: PROGRAM, by: 'olga', reason: 'restored' }),
      ({ engine }) => engine.process({ program: PROGRAM }),
    ],
    alike: 'in_the_end',
  },
  {
    id: 'deliver',
    title: 'everybody is told of everything, and of nothing under two ids',
    prepare: (_world, worker) =>
      credit(worker, [earned('ann', 10_000n), earned('ben', 20_000n), earned('cat', 30_000n)]),
    calls: [({ store, notifier }) => deliverNotifications(store, PROGRAM, notifier, { batch: 2 })],
  },
];
