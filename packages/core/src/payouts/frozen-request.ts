import { assertInvariant } from '../errors.ts';
import { parseMinor } from '../money/minor.ts';
import type { Attempt, Environment } from './payout.ts';

/** Everything that a provider is sent, before it is text. */
export interface RequestContent {
  readonly program: string;
  readonly payout: string;
  readonly attempt: number;
  readonly key: string;
  readonly participant: string;
  readonly destination?: { readonly id: string; readonly version: number };
  readonly currency: string;
  readonly amount: bigint;
  readonly account: string;
  readonly environment: Environment;
}

/** The request as the text that is stored with the attempt, before its first send, and never written again. */
export function frozenRequest(content: RequestContent): string {
  const { program, payout, attempt, key, participant, destination, currency, amount, account, environment } =
    content;
  return JSON.stringify([
    program,
    payout,
    attempt,
    key,
    participant,
    destination === undefined ? null : [destination.id, destination.version],
    currency,
    amount.toString(),
    account,
    environment,
  ]);
}

/** Reads back what {@link frozenRequest} wrote. */
export function readFrozenRequest({ request }: Pick<Attempt, 'request'>): RequestContent {
  const parsed: unknown = JSON.parse(request);
  assertInvariant(Array.isArray(parsed), 'a frozen request can be read');
  const fields: readonly unknown[] = parsed;
  const [program, payout, attempt, key, participant, destination, currency, amount, account, environment] =
    fields;
  assertInvariant(
    typeof program === 'string' &&
      typeof payout === 'string' &&
      typeof attempt === 'number' &&
      typeof key === 'string' &&
      typeof participant === 'string' &&
      typeof currency === 'string' &&
      typeof amount === 'string' &&
      typeof account === 'string' &&
      (environment === 'live' || environment === 'test'),
    'a frozen request can be read',
  );
  const to = readDestination(destination);
  return {
    program,
    payout,
    attempt,
    key,
    participant,
    ...(to === undefined ? {} : { destination: to }),
    currency,
    amount: parseMinor(amount),
    account,
    environment,
  };
}

function readDestination(value: unknown): RequestContent['destination'] {
  if (value === null) return undefined;
  assertInvariant(Array.isArray(value), 'a frozen request can be read');
  const fields: readonly unknown[] = value;
  const [id, version] = fields;
  assertInvariant(typeof id === 'string' && typeof version === 'number', 'a frozen request can be read');
  return { id, version };
}
