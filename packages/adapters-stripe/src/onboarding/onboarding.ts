import {
  assertId,
  type Destination,
  type Participant,
  PayoutError,
  type Store,
  type UnitOfWork,
} from '@payout-engines/core';
import { jsonObject } from '../events/json-object.ts';
import { readinessOf, type RecipientReadiness } from '../recipient.ts';
import { STRIPE_METADATA } from '../reference.ts';
import { stripeUnavailable } from '../stripe-unavailable.ts';
import { accountOf, retrieveAccount, type ShownAccount, type StripeAccounts } from './accounts-api.ts';

/** How participants become payable through Stripe. */
export interface StripeOnboardingOptions {
  readonly stripe: StripeAccounts;
  /** Where the directory of participants lives. */
  readonly store: Store;
  /** The id of the provider that pays there. @defaultValue `'stripe'` */
  readonly provider?: string;
  /**
   * What an account is created with, as `accounts.create` takes it. Which participant it is for is added to its metadata.
   *
   * @defaultValue an Express account that can take transfers, whose fees and losses the platform bears
   */
  readonly account?: StripeAccountParams;
  /**
   * Whose an account is that carries no participant in its metadata: one that was not made here, or that has been
   * disconnected since and cannot be read any more. Left out, such an account is nobody's.
   */
  readonly participantOf?: (account: string) => Promise<OnboardedParticipant | undefined>;
  /** Whether an account must be able to pay out to a bank to be ready. @defaultValue `true` */
  readonly payouts?: boolean;
}

/** Parameters of `accounts.create`: what `Stripe.AccountCreateParams` allows. */
export type StripeAccountParams = Readonly<Record<string, unknown>>;

/** Which participant. */
export interface OnboardedParticipant {
  readonly program: string;
  readonly participant: string;
}

/** Where a participant goes to say who they are and where their bank is. */
export interface StripeAccountLink {
  readonly account: string;
  /** For this participant's browser alone, and once: it shows what they have entered. Never log or send it. */
  readonly url: string;
  readonly expiresAt: Date;
}

/** What an account has come to. */
export type RefreshedAccount =
  | ({ readonly kind: 'participant'; readonly isNew: boolean } & OnboardedParticipant)
  /** It carries no participant of ours, or theirs is another account. */
  | { readonly kind: 'unknown_account' };

/** Makes participants payable, and keeps what Stripe says of them. */
export interface StripeOnboarding {
  /**
   * A link for the participant to open now. Without an account yet, one is created and becomes their destination, which
   * is not paid before it is verified.
   *
   * @throws {@link PayoutError} with code `PARTICIPANT_NOT_FOUND`, `INVALID_INPUT` or `PROVIDER_UNAVAILABLE`
   */
  link(
    request: OnboardedParticipant & { readonly returnUrl: string; readonly refreshUrl: string },
  ): Promise<StripeAccountLink>;
  /** What Stripe says of the participant's account now, kept in the directory too; nothing where there is no account. */
  state(request: OnboardedParticipant): Promise<RecipientReadiness | undefined>;
  /**
   * Reads an account again, and keeps in the directory whether its participant is verified. With an event, that is
   * remembered in the same transaction.
   */
  refresh(request: {
    readonly account: string;
    readonly event?: { readonly id: string; readonly type: string };
  }): Promise<RefreshedAccount>;
}

const EXPRESS: StripeAccountParams = {
  controller: {
    stripe_dashboard: { type: 'express' },
    fees: { payer: 'application' },
    losses: { payments: 'application' },
  },
  capabilities: { transfers: { requested: true } },
};

/** How often a state is read again because it changed while it was written. */
const READS_MAX = 10;

/**
 * Account links for participants, and the state of their accounts in the Store's directory: `verified` is then what
 * Stripe says, so that nobody is paid who cannot be.
 *
 * @example
 * ```ts no-run
 * const onboarding = stripeOnboarding({ stripe, store });
 * const { url } = await onboarding.link({ program: 'clips', participant: 'ann', returnUrl, refreshUrl });
 * ```
 */
export function stripeOnboarding(options: StripeOnboardingOptions): StripeOnboarding {
  const { stripe, store, provider = 'stripe', account: params = EXPRESS, payouts = true } = options;

  return {
    link: async (request) => {
      assertUrls(request);
      const account = await accountFor(request);
      const link = jsonObject(await createLink(account, request));
      const expires = link?.['expires_at'];
      if (typeof link?.['url'] !== 'string' || typeof expires !== 'number') {
        throw new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'what it answered is not an account link' });
      }
      return { account, url: link['url'], expiresAt: new Date(expires * 1000) };
    },
    state: async ({ program, participant }) => {
      const { destination } = (await lookUp(program, participant)).person;
      if (destination === undefined || !isHere(destination)) return undefined;
      return (await keepUntilSame(destination.id, { program, participant }, undefined))?.readiness;
    },
    refresh: async ({ account, event }) => {
      const shown = await retrieveAccount(stripe, account);
      const owner = shown === undefined ? undefined : ownerOf(shown);
      const ownedBy = owner ?? (await options.participantOf?.(account));
      if (ownedBy === undefined) return { kind: 'unknown_account' };
      const { program, participant } = ownedBy;
      const kept = await keepUntilSame(account, { program, participant }, event);
      return kept === undefined
        ? { kind: 'unknown_account' }
        : { kind: 'participant', program, participant, isNew: kept.isNew };
    },
  };

  /** The participant's account: the one they have, or a new one. */
  async function accountFor({ program, participant }: OnboardedParticipant): Promise<string> {
    const { person, now } = await lookUp(program, participant);
    if (person.destination !== undefined) return accountAt(person.destination);
    const created = await createAccount(program, participant, now);
    return store.transact(program, async (unit) => {
      const person = await lockedParticipant(unit, participant);
      if (person === undefined) throw new PayoutError('PARTICIPANT_NOT_FOUND', { participant });
      if (person.destination !== undefined) return accountAt(person.destination);
      const to = { id: created, version: 1, provider };
      await unit.participants.put([{ ...person, verified: false, destination: to }]);
      return created;
    });
  }

  function accountAt(destination: Destination): string {
    if (isHere(destination)) return destination.id;
    throw new PayoutError('INVALID_INPUT', {
      issues: [{ path: 'participant', reason: 'they are paid elsewhere; take that destination away first' }],
    });
  }

  /** A destination without a provider is at the engine's first one, whichever that is: an account of Stripe's is here. */
  function isHere({ provider: at = provider, id }: Destination): boolean {
    return at === provider && id.startsWith('acct_');
  }

  /**
   * The key is a function of whose account it is, of what it is made with and of the hour, so that two clicks make one
   * account. Without the hour, a refusal would be replayed for a day after its cause is gone. A second account that is
   * made because an answer was lost before the hour struck is nobody's destination, and nothing is sent to it.
   */
  async function createAccount(program: string, participant: string, now: Date): Promise<string> {
    const metadata = {
      ...jsonObject(params['metadata']),
      [STRIPE_METADATA.program]: program,
      [STRIPE_METADATA.participant]: participant,
    };
    const all = { ...params, metadata };
    const idempotencyKey = `account-${await digestOf(JSON.stringify([provider, all, now.toISOString().slice(0, 'yyyy-mm-ddThh'.length)]))}`;
    let created: unknown;
    try {
      created = await stripe.accounts.create(all, { idempotencyKey });
    } catch (error) {
      throw stripeUnavailable(error);
    }
    return accountOf(created).id;
  }

  async function createLink(
    account: string,
    { returnUrl, refreshUrl }: { readonly returnUrl: string; readonly refreshUrl: string },
  ): Promise<unknown> {
    try {
      return await stripe.accountLinks.create({
        account,
        refresh_url: refreshUrl,
        return_url: returnUrl,
        type: 'account_onboarding',
      });
    } catch (error) {
      throw stripeUnavailable(error);
    }
  }

  /**
   * Reads and writes until what was read is what stands there. Two deliveries can be handled at once, and the one that
   * has read the older state can write last: it then reads again. The event is remembered only with the last of these.
   */
  async function keepUntilSame(
    account: string,
    owner: OnboardedParticipant,
    event: { readonly id: string; readonly type: string } | undefined,
  ): Promise<{ readonly readiness: RecipientReadiness; readonly isNew: boolean } | undefined> {
    for (let reads = 0; reads < READS_MAX; reads += 1) {
      const shown = await retrieveAccount(stripe, account);
      const readiness = shown === undefined ? notConnected(account) : readinessOf(account, shown.shown);
      const verified = readiness.canReceive && (readiness.canPayOut || !payouts);
      const kept = await store.transact(owner.program, (unit) => keep(unit, account, owner, verified, event));
      if (kept !== 'changed') return kept === 'of_another' ? undefined : { readiness, isNew: kept === 'new' };
    }
    throw new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'the account changes all the time' });
  }

  async function keep(
    unit: UnitOfWork,
    account: string,
    { participant }: OnboardedParticipant,
    verified: boolean,
    event: { readonly id: string; readonly type: string } | undefined,
  ): Promise<'of_another' | 'changed' | 'new' | 'known'> {
    const person = await lockedParticipant(unit, participant);
    const to = person?.destination;
    if (person === undefined || to?.id !== account || !isHere(to)) return 'of_another';
    if (person.verified !== verified) {
      await unit.participants.put([{ ...person, verified }]);
      return 'changed';
    }
    if (event === undefined) return 'known';
    const [isNew] = await unit.events.add(provider, [event]);
    return isNew === true ? 'new' : 'known';
  }

  async function lookUp(
    program: string,
    participant: string,
  ): Promise<{ readonly person: Participant; readonly now: Date }> {
    assertId(program, 'program');
    assertId(participant, 'participant');
    return store.transact(program, async (unit) => {
      const [person] = await unit.participants.find([participant]);
      if (person === undefined) throw new PayoutError('PARTICIPANT_NOT_FOUND', { participant });
      return { person, now: await unit.now() };
    });
  }
}

function notConnected(destination: string): RecipientReadiness {
  return {
    destination,
    canReceive: false,
    canPayOut: false,
    reasons: [{ code: 'not_connected', who: 'participant', next: 'connect_again' }],
  };
}

async function lockedParticipant(unit: UnitOfWork, participant: string): Promise<Participant | undefined> {
  // The lock under which payouts of the participant are decided: none is while this changes.
  await unit.locks.take([`participant/${participant}`]);
  const [person] = await unit.participants.find([participant]);
  return person;
}

function ownerOf({ shown }: ShownAccount): OnboardedParticipant | undefined {
  const metadata = jsonObject(shown['metadata']);
  const program = metadata?.[STRIPE_METADATA.program];
  const participant = metadata?.[STRIPE_METADATA.participant];
  return isId(program) && isId(participant) ? { program, participant } : undefined;
}

/** What stands in metadata may have been written by anybody who has the dashboard. */
function isId(value: unknown): value is string {
  try {
    assertId(value, 'metadata');
    return true;
  } catch {
    return false;
  }
}

function assertUrls(request: { readonly returnUrl: string; readonly refreshUrl: string }): void {
  const issues = (['returnUrl', 'refreshUrl'] as const)
    .filter((path) => typeof request[path] !== 'string' || !/^https?:\/\/[^\s]+$/.test(request[path]))
    .map((path) => ({ path, reason: 'it is not an absolute URL' }));
  if (issues.length > 0) throw new PayoutError('INVALID_INPUT', { issues });
}

async function digestOf(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
