import type { Directory } from '../../ports/directory.ts';
import type { Notifier } from '../../ports/notifier.ts';
import type { PaymentObject, PaymentProvider } from '../../ports/provider.ts';
import type { Fuse } from './fuse.ts';

/** A provider as a process sees it that may die before each call, and after it without hearing the answer. */
export function crashingProvider(provider: PaymentProvider, fuse: Fuse): PaymentProvider {
  return {
    id: provider.id,
    capabilities: provider.capabilities,
    account: () => fuse.around('provider.account', () => provider.account()),
    send: (request, signal) => fuse.around('provider.send', () => provider.send(request, signal)),
    find: (reference) => fuse.around('provider.find', () => provider.find(reference)),
    event: (raw) =>
      fuse.around('provider.event', async () => {
        if (provider.event === undefined) throw new TypeError('the provider of the sweep reads no events');
        return provider.event(raw);
      }),
    list: (since) => crashingList(provider, since, fuse),
  };
}

async function* crashingList(
  provider: PaymentProvider,
  since: Date,
  fuse: Fuse,
): AsyncGenerator<readonly PaymentObject[]> {
  fuse.pass('before provider.list');
  for await (const objects of provider.list?.(since) ?? []) {
    fuse.pass('at a batch of provider.list');
    yield objects;
  }
}

/** A directory that is somewhere else than the store, so that asking it is a call of its own. */
export function crashingDirectory(directory: Directory, fuse: Fuse): Directory {
  return {
    participants: (program, ids) =>
      fuse.around('directory.participants', () => directory.participants(program, ids)),
    referrals: (program, referred) =>
      fuse.around('directory.referrals', () => directory.referrals(program, referred)),
  };
}

/** A notifier that may have delivered what its caller never hears of. */
export function crashingNotifier(notifier: Notifier, fuse: Fuse): Notifier {
  return {
    deliver: (notifications) => fuse.around('notifier.deliver', () => notifier.deliver(notifications)),
  };
}
