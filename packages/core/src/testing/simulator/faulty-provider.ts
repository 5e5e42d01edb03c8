import type { PaymentProvider } from '../../ports/provider.ts';
import type { PortPoints } from './port-points.ts';
import { type Life, never, type SimulatedProcess } from './simulated-process.ts';

/**
 * A provider as one life of a process sees it. What is asked of it leaves at once, for a deadline was checked just
 * before, and the network takes its own time; the answer reaches whoever is still alive, when they are not frozen.
 */
export function providerOf(
  provider: PaymentProvider,
  points: PortPoints,
  process: SimulatedProcess,
  life: Life,
): PaymentProvider {
  const answered = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (!life.alive) return never();
    try {
      return await ask();
    } finally {
      await points.pass(process, life);
    }
  };
  return {
    id: provider.id,
    capabilities: provider.capabilities,
    account: () => answered(() => provider.account()),
    send: (request, signal) => answered(() => provider.send(request, signal)),
    find: (reference) => answered(() => provider.find(reference)),
    ...(provider.event && { event: (raw) => answered(() => provider.event?.(raw) ?? never()) }),
    ...(provider.list && {
      list: async function* (since) {
        for await (const batch of provider.list?.(since) ?? []) {
          await points.pass(process, life);
          yield batch;
        }
      },
    }),
  };
}
