import type { PaymentObject, PaymentProvider, RawEvent } from '../../src/ports/provider.ts';
import type { OpenedProvider } from '../../src/testing/index.ts';
import { CURRENCIES, openSimulated } from './simulated.ts';

/** A bug planted into the simulated provider, and the case that must notice it. */
export interface WrongProvider {
  readonly bug: string;
  readonly caughtBy: string;
  open(): OpenedProvider;
}

/** The simulated provider, of which some functions are replaced. */
function patched(
  change: (right: PaymentProvider) => Partial<PaymentProvider>,
  right = openSimulated(),
): OpenedProvider {
  return { ...right, provider: { ...right.provider, ...change(right.provider) } };
}

/** A provider whose payments look other than they are, where they are answered and where they are found. */
function showing(change: (payment: PaymentObject) => PaymentObject): () => OpenedProvider {
  return () =>
    patched((right) => ({
      send: async (request, signal) => {
        const outcome = await right.send(request, signal);
        return outcome.kind === 'object' ? { ...outcome, object: change(outcome.object) } : outcome;
      },
      find: async (reference) => (await right.find(reference)).map(change),
    }));
}

/** A provider that finds other payments than there are. */
function finding(
  change: (payments: readonly PaymentObject[]) => readonly PaymentObject[],
): () => OpenedProvider {
  // Without the fake's own count, so that what is found is all that the suite sees.
  return () => {
    const { countPayments: _, ...right } = openSimulated();
    return patched(({ find }) => ({ find: async (reference) => change(await find(reference)) }), right);
  };
}

/** A provider that sends every request with a change. */
function sending(
  change: (
    request: Parameters<PaymentProvider['send']>[0],
    sends: number,
  ) => Parameters<PaymentProvider['send']>[0],
): () => OpenedProvider {
  return () => {
    let sends = 0;
    return patched(({ send }) => ({
      send: (request, signal) => send(change(request, (sends += 1)), signal),
    }));
  };
}

/** A provider that says something else of what was not paid. */
function answering(
  change: (
    outcome: Awaited<ReturnType<PaymentProvider['send']>>,
  ) => Awaited<ReturnType<PaymentProvider['send']>>,
): () => OpenedProvider {
  return () =>
    patched(({ send }) => ({ send: async (request, signal) => change(await send(request, signal)) }));
}

/** A provider that believes events that it changed before it verified them. */
function reading(change: (raw: RawEvent, genuine: RawEvent) => RawEvent): () => OpenedProvider {
  return () => {
    const right = openSimulated();
    let genuine: RawEvent | undefined;
    const event: OpenedProvider['event'] = async (payment, fromNowMs) => {
      const made = await right.event?.(payment, fromNowMs);
      if (made === undefined) throw new Error('the simulated provider has events');
      return (genuine = made);
    };
    return {
      ...patched(
        ({ event: read }) => ({
          event: async (raw) => {
            if (read === undefined) throw new Error('the simulated provider reads events');
            return read(genuine === undefined ? raw : change(raw, genuine));
          },
        }),
        right,
      ),
      event,
    };
  };
}

const neverAborted = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} };

export const WRONG_PROVIDERS: readonly WrongProvider[] = [
  {
    bug: 'declares a key window of nothing',
    caughtBy: 'capabilities-are-consistent',
    open: () => openSimulated({ keyWindowMs: 0 }),
  },
  {
    bug: 'declares a step of nothing',
    caughtBy: 'capabilities-are-consistent',
    open: () => {
      const right = openSimulated();
      const HUF = { ...CURRENCIES['HUF']!, step: 0n };
      const capabilities = { ...right.provider.capabilities, currencies: { HUF } };
      return patched(() => ({ capabilities }), right);
    },
  },
  {
    bug: 'has neither keys nor an authoritative lookup',
    caughtBy: 'capabilities-are-consistent',
    open: () => openSimulated({ keys: false, authoritative: false }),
  },
  {
    bug: 'is of another account each time',
    caughtBy: 'account-is-stable',
    open: () => {
      let calls = 0;
      return patched(() => ({
        account: async () => ({ id: `account-${(calls += 1)}`, environment: 'test' }),
      }));
    },
  },
  {
    bug: 'answers with an amount in its own units',
    caughtBy: 'payment-answers-what-was-asked',
    open: showing((payment) => ({ ...payment, amount: payment.amount * 100n })),
  },
  {
    bug: 'calls its payments live in a test',
    caughtBy: 'payment-answers-what-was-asked',
    open: showing((payment) => ({ ...payment, environment: 'live' })),
  },
  {
    bug: 'forgets where the money went',
    caughtBy: 'payment-is-found-by-payout',
    open: finding((payments) => payments.map(({ destination: _, ...rest }) => rest)),
  },
  {
    bug: 'finds nothing and calls it an answer',
    caughtBy: 'payment-is-found-by-payout',
    open: finding(() => []),
  },
  {
    bug: 'finds the payments of everybody',
    caughtBy: 'payment-never-made-is-not-found',
    open: () => {
      const { countPayments: _, ...right } = openSimulated();
      let last: PaymentObject[] = [];
      return patched(
        ({ send }) => ({
          send: async (request, signal) => {
            const outcome = await send(request, signal);
            if (outcome.kind === 'object') last = [outcome.object];
            return outcome;
          },
          find: async () => last,
        }),
        right,
      );
    },
  },
  {
    bug: 'uses one key for all payments of an amount and a currency',
    caughtBy: 'payment-distinct-payouts',
    open: sending((request) => ({
      ...request,
      key: `${request.currency}-${request.amount}`,
      frozen: 'the same',
    })),
  },
  {
    bug: 'finds only the first attempt',
    caughtBy: 'payment-distinct-attempts',
    open: finding((payments) => payments.slice(0, 1)),
  },
  {
    bug: 'looks payments up by a joined text',
    caughtBy: 'payment-tenants-are-apart',
    open: () => {
      const { countPayments: _, ...right } = openSimulated();
      const byText = new Map<string, PaymentObject[]>();
      return patched(
        ({ send }) => ({
          send: async (request, signal) => {
            const outcome = await send(request, signal);
            const text = `${request.program}/${request.payout}`;
            if (outcome.kind === 'object') byText.set(text, [...(byText.get(text) ?? []), outcome.object]);
            return outcome;
          },
          find: async ({ program, payout }) => byText.get(`${program}/${payout}`) ?? [],
        }),
        right,
      );
    },
  },
  {
    bug: 'pays for whatever account it is asked',
    caughtBy: 'payment-from-its-own-account-only',
    open: sending((request) => ({ ...request, account: 'account-1' })),
  },
  {
    bug: 'looks at its own account when it is asked about another',
    caughtBy: 'payment-from-its-own-account-only',
    open: () =>
      patched(({ find }) => ({ find: (reference) => find({ ...reference, account: 'account-1' }) })),
  },
  {
    bug: 'cuts long ids',
    caughtBy: 'payment-any-id',
    open: showing((payment) => ({
      ...payment,
      ...(payment.reference && {
        reference: { ...payment.reference, payout: payment.reference.payout.slice(0, 200) },
      }),
    })),
  },
  {
    bug: 'keeps only ASCII',
    caughtBy: 'payment-any-id',
    open: showing((payment) => ({
      ...payment,
      ...(payment.reference && {
        reference: { ...payment.reference, payout: payment.reference.payout.replaceAll(/[^ -~]/g, '?') },
      }),
    })),
  },
  {
    bug: 'shows only the last return',
    caughtBy: 'payment-returns-add-up',
    open: () => {
      const right = openSimulated();
      let last = 0n;
      return {
        ...patched(
          ({ find }) => ({
            find: async (reference) =>
              (await find(reference)).map((payment) => ({ ...payment, returned: last })),
          }),
          right,
        ),
        giveBack: async (object, amount) => {
          last = amount;
          await right.giveBack?.(object, amount);
        },
      };
    },
  },
  {
    bug: 'lists a payment twice',
    caughtBy: 'payment-is-listed',
    open: () =>
      patched(({ list }) => ({
        list: async function* (since) {
          for await (const batch of list?.(since) ?? []) yield [...batch, ...batch];
        },
      })),
  },
  {
    bug: 'makes a key of its own for each send',
    caughtBy: 'key-twice-pays-once',
    open: sending((request, sends) => ({ ...request, key: `${request.key}-${sends}` })),
  },
  {
    bug: 'forgets keys after an hour',
    caughtBy: 'key-late-in-its-window',
    open: () => openSimulated({ keysPrunedAfterMs: 3_600_000 }),
  },
  {
    bug: 'looks its keys up before it waits, and writes them after',
    caughtBy: 'key-sent-at-once-pays-once',
    open: () => {
      const known = new Map<string, Awaited<ReturnType<PaymentProvider['send']>>>();
      let sends = 0;
      return patched(({ send }) => ({
        send: async (request, signal) => {
          const found = known.get(request.key);
          if (found !== undefined) return found;
          const outcome = await send({ ...request, key: `${request.key}-${(sends += 1)}` }, signal);
          known.set(request.key, outcome);
          return outcome;
        },
      }));
    },
  },
  {
    bug: 'takes a key with other bytes for a new payment',
    caughtBy: 'key-with-other-bytes',
    open: sending((request) => ({ ...request, key: `${request.key}${request.frozen}` })),
  },
  {
    bug: 'takes a key with other bytes for a failure',
    caughtBy: 'key-with-other-bytes',
    open: answering((outcome) =>
      outcome.kind === 'unknown' ? { kind: 'refused', scope: 'payout', code: outcome.code } : outcome,
    ),
  },
  {
    bug: 'answers another key with the first payment of a payout',
    caughtBy: 'key-another-pays-again',
    open: sending((request) => ({ ...request, attempt: 1, key: request.payout, frozen: request.payout })),
  },
  {
    bug: 'takes a lost response for a refusal',
    caughtBy: 'loss-of-a-response-is-unknown',
    open: () =>
      patched(({ send }) => ({
        send: (request, signal) =>
          send(request, signal).catch(
            () => ({ kind: 'refused', scope: 'payout', code: 'connection_lost' }) as const,
          ),
      })),
  },
  {
    bug: 'pays again what lost its response',
    caughtBy: 'loss-of-a-response-then-again',
    open: () => {
      let lost = '';
      return patched(({ send }) => ({
        send: async (request, signal) => {
          try {
            return await send({ ...request, key: `${request.key}${lost}` }, signal);
          } catch (error) {
            lost = '-again';
            throw error;
          }
        },
      }));
    },
  },
  {
    bug: 'sends again by itself, without being asked',
    caughtBy: 'loss-of-a-request-is-unknown',
    open: () =>
      patched(({ send }) => ({
        send: (request, signal) => send(request, signal).catch(() => send(request, signal)),
      })),
  },
  {
    bug: 'never looks at the signal before it sends',
    caughtBy: 'loss-stop-before-sending',
    open: () => patched(({ send }) => ({ send: (request) => send(request, neverAborted) })),
  },
  {
    bug: 'waits for ever',
    caughtBy: 'loss-stop-while-waiting',
    open: () => patched(({ send }) => ({ send: (request) => send(request, neverAborted) })),
  },
  {
    bug: 'says of a stopped send that it was not executed',
    caughtBy: 'loss-stop-while-waiting',
    open: () =>
      patched(({ send }) => ({
        send: (request, signal) =>
          send(request, signal).catch(() => ({ kind: 'not_executed', code: 'stopped' }) as const),
      })),
  },
  {
    bug: 'blames the recipient for the platform',
    caughtBy: 'refusal-for-balance',
    open: answering((outcome) => (outcome.kind === 'refused' ? { ...outcome, scope: 'recipient' } : outcome)),
  },
  {
    bug: 'calls a refusal kept and then tries again',
    caughtBy: 'refusal-for-balance-is-replayed',
    open: () => {
      const right = openSimulated({ replaysFirstAnswer: false });
      const { keys, ...rest } = right.provider.capabilities;
      const capabilities = { ...rest, ...(keys && { keys: { ...keys, replaysFirstAnswer: true } }) };
      return patched(
        ({ send }) => ({
          capabilities,
          send: async (request, signal) => {
            const outcome = await send(request, signal);
            return outcome.kind === 'refused' ? { ...outcome, stored: true } : outcome;
          },
        }),
        right,
      );
    },
  },
  {
    bug: 'stops the run for one recipient',
    caughtBy: 'refusal-for-recipient',
    open: answering((outcome) => (outcome.kind === 'refused' ? { ...outcome, scope: 'run' } : outcome)),
  },
  {
    bug: 'rounds to the step',
    caughtBy: 'refusal-off-the-step',
    open: sending((request) => ({ ...request, amount: request.amount - (request.amount % 100n) })),
  },
  {
    bug: 'lifts what is too little to its minimum',
    caughtBy: 'refusal-below-the-minimum',
    open: sending((request) => ({ ...request, amount: request.amount > 10_000n ? request.amount : 10_000n })),
  },
  {
    bug: 'pays dollars for a currency that it does not know',
    caughtBy: 'refusal-of-a-currency',
    open: sending((request) => ({ ...request, currency: 'USD' })),
  },
  {
    bug: 'says nothing of the account of an event',
    caughtBy: 'event-genuine',
    open: () =>
      patched(({ event }) => ({
        event: async (raw) => {
          if (event === undefined) throw new Error('the simulated provider reads events');
          return { ...(await event(raw)), account: '' };
        },
      })),
  },
  {
    bug: 'gives an event a new id each time',
    caughtBy: 'event-ids',
    open: () => {
      let events = 0;
      return patched(({ event }) => ({
        event: async (raw) => {
          if (event === undefined) throw new Error('the simulated provider reads events');
          return { ...(await event(raw)), id: `event-${(events += 1)}` };
        },
      }));
    },
  },
  {
    bug: 'verifies a tidied body',
    caughtBy: 'event-body-changed',
    open: reading((raw) => ({ ...raw, body: raw.body.trim() })),
  },
  {
    bug: 'believes an event without a signature',
    caughtBy: 'event-header-changed',
    open: reading((raw, genuine) => (Object.keys(raw.headers).length === 0 ? genuine : raw)),
  },
  {
    bug: 'believes any signature',
    caughtBy: 'event-header-changed',
    open: reading((raw, genuine) =>
      Object.keys(raw.headers).length > 0 && raw.body === genuine.body ? genuine : raw,
    ),
  },
  {
    bug: 'believes any body under any signature that once was right',
    caughtBy: 'event-of-another-body',
    open: reading((raw, genuine) => ({
      ...raw,
      ...(raw.headers === genuine.headers && { body: genuine.body }),
    })),
  },
  {
    bug: 'believes genuine events of any time',
    caughtBy: 'event-of-another-time',
    open: () => {
      const right = openSimulated();
      return {
        ...right,
        event: async (payment) => {
          const made = await right.event?.(payment, 0);
          if (made === undefined) throw new Error('the simulated provider has events');
          return made;
        },
      };
    },
  },
];
