import type { PaymentObject, PaymentRequest, SendOutcome } from '../../ports/provider.ts';
import { systemTimers } from '../../ports/timers.ts';
import { assertEqual, assertThat, CaseFailure } from '../assert.ts';
import type { OpenedProvider, ProviderAbility, ProviderCase, ProviderHarness } from './harness.ts';
import { stop } from './stop.ts';

/** What a case works with: an open provider, and the questions that every case asks. */
export interface ProviderCaseContext extends OpenedProvider {
  readonly harness: ProviderHarness;
  /** Sends, with all the time it takes. */
  readonly send: (request: PaymentRequest) => Promise<SendOutcome>;
  /** Sends what must be paid, and gives its object. */
  readonly pay: (request: PaymentRequest) => Promise<PaymentObject>;
  /** Every payment of a request's payout, once a lookup must show it; checked against the fake's own count. */
  readonly payments: (request: PaymentRequest) => Promise<readonly PaymentObject[]>;
  /** Fails unless the request's payout has so many payments. */
  readonly assertPayments: (request: PaymentRequest, count: number, what: string) => Promise<void>;
  /** A function of an ability that the case needs. */
  readonly having: <Name extends keyof OpenedProvider>(name: Name) => NonNullable<OpenedProvider[Name]>;
}

/** What a case is made of. */
export interface ProviderCaseParts {
  readonly id: string;
  readonly title: string;
  readonly needs?: readonly ProviderAbility[];
  readonly check: (context: ProviderCaseContext) => Promise<void>;
}

/** A case that opens the provider, checks and closes it. */
export function providerCase({ check, ...described }: ProviderCaseParts): ProviderCase {
  return {
    ...described,
    run: async (harness) => {
      const opened = await harness.open();
      try {
        await check(contextOf(opened, harness));
      } finally {
        await opened.close?.();
      }
    },
  };
}

/** How long a provider under test may take for what it should do at once: less than test frameworks wait. */
const PATIENCE_MS = 2_000;

/** What the promise gives, or a failure when it gives nothing in a time that is more than enough. */
export async function inTime<T>(promise: Promise<T>, what: string): Promise<T> {
  const timer = systemTimers.deadline(PATIENCE_MS);
  const late = new Promise<never>((_, reject) => {
    timer.signal.addEventListener('abort', () => {
      reject(new CaseFailure(`${what}: nothing happened in ${PATIENCE_MS} ms`));
    });
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.cancel();
  }
}

/** What became of a send whose answer was lost: both ways to say that nobody knows are one. */
export async function lostOutcome(sent: Promise<SendOutcome>): Promise<SendOutcome> {
  try {
    return await sent;
  } catch {
    return { kind: 'unknown', code: 'thrown' };
  }
}

function contextOf(opened: OpenedProvider, harness: ProviderHarness): ProviderCaseContext {
  const { provider } = opened;
  const delayMs = provider.capabilities.lookup?.delayMs ?? 0;
  const send = (request: PaymentRequest) => provider.send(request, stop().signal);

  const payments = async ({ program, payout, account }: PaymentRequest) => {
    if (delayMs > 0) await opened.passTime?.(delayMs);
    const found = await provider.find({ program, payout, account });
    const counted = await opened.countPayments?.({ program, payout });
    if (counted !== undefined) assertEqual(found.length, counted, 'the payments found, of those there are');
    return found;
  };

  return {
    ...opened,
    harness,
    send,
    pay: async (request) => {
      const outcome = await send(request);
      assertThat(outcome.kind === 'object', `a payable request was not paid: ${describe(outcome)}`);
      return outcome.object;
    },
    payments,
    assertPayments: async (request, count, what) => {
      assertEqual((await payments(request)).length, count, what);
    },
    having: (name) => {
      const found = opened[name];
      if (found === undefined || found === null) {
        throw new CaseFailure(`the harness declares an ability, but has no ${name}`);
      }
      return found;
    },
  };
}

/** An outcome in a few words. */
export function describe(outcome: SendOutcome): string {
  return outcome.kind === 'object' ? `object ${outcome.object.status}` : `${outcome.kind} ${outcome.code}`;
}
