import type { Environment } from '@payout-engines/core';
import type { StripeEndpoint } from './endpoint-secrets.ts';
import { type JsonObject, jsonObject, textOf } from './json-object.ts';

/** What an event of Stripe is about, and nothing that it says about it: the thing itself is read again. */
export type StripeSubject =
  /** A transfer of the platform. `seen` is what the event shows of it; a thin event shows nothing. */
  | { readonly kind: 'transfer'; readonly transfer: string; readonly seen?: JsonObject }
  /** A payout from a connected account to its bank, and what the event shows of it. */
  | { readonly kind: 'payout'; readonly account: string; readonly payout: string; readonly seen?: JsonObject }
  /** What a connected account can do, or is asked for. */
  | { readonly kind: 'account'; readonly account: string; readonly isDeauthorized: boolean }
  | { readonly kind: 'other' };

/** An event that Stripe has signed. */
export interface StripeEvent {
  /** `evt_…`: the same in each delivery of the event. */
  readonly id: string;
  /** As Stripe writes it; that of a thin event begins with `v1.` or `v2.`. */
  readonly type: string;
  readonly environment: Environment;
  /** Whose secret signed it. */
  readonly endpoint: StripeEndpoint;
  /** The connected account that it happened in; left out where that is the platform. */
  readonly connected?: string;
  readonly subject: StripeSubject;
}

/**
 * What a body says, whether it is an event with a snapshot (`object: "event"`) or a thin one (`object:
 * "v2.core.event"`), or nothing where it is neither.
 */
export function readStripeEvent(body: string, endpoint: StripeEndpoint): StripeEvent | undefined {
  const event = jsonObject(parsed(body));
  const id = textOf(event, 'id');
  const type = textOf(event, 'type');
  const livemode = event?.['livemode'];
  if (event === undefined || id === undefined || type === undefined || typeof livemode !== 'boolean')
    return undefined;
  const about =
    event['object'] === 'v2.core.event'
      ? thin(event)
      : event['object'] === 'event'
        ? snapshot(event)
        : undefined;
  if (about === undefined) return undefined;
  // What the event shows is of the same world as the event.
  if (typeof about.seen?.['livemode'] === 'boolean' && about.seen['livemode'] !== livemode) return undefined;
  const { connected } = about;
  return {
    id,
    type,
    environment: livemode ? 'live' : 'test',
    endpoint,
    ...(connected === undefined ? {} : { connected }),
    subject: subjectOf(type.replace(/^v1\./, ''), endpoint, about),
  };
}

/** What both kinds of events tell. */
interface About {
  readonly connected?: string;
  /** The id of the object that the event is about. */
  readonly object?: string;
  readonly seen?: JsonObject;
}

function snapshot(event: JsonObject): About | undefined {
  const seen = jsonObject(jsonObject(event['data'])?.['object']);
  if (seen === undefined) return undefined;
  const connected = textOf(event, 'account');
  if (connected === undefined && isGiven(event['account'])) return undefined;
  const object = textOf(seen, 'id');
  return {
    seen,
    ...(connected === undefined ? {} : { connected }),
    ...(object === undefined ? {} : { object }),
  };
}

function thin(event: JsonObject): About | undefined {
  const related = event['related_object'];
  const context = textOf(event, 'context');
  if (context === undefined && isGiven(event['context'])) return undefined;
  // The context is a path, from an organization down to the account.
  const connected = context?.split('/').at(-1);
  const object = textOf(jsonObject(related), 'id');
  return { ...(connected === undefined ? {} : { connected }), ...(object === undefined ? {} : { object }) };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** `type` without the `v1.` of thin events. Types that are not known here are about something else. */
function subjectOf(type: string, endpoint: StripeEndpoint, about: About): StripeSubject {
  const { connected, object, seen } = about;
  // A connected account can make transfers of its own, which are none of ours.
  if (TRANSFER_TYPES.has(type) && object !== undefined && endpoint === 'platform') {
    return { kind: 'transfer', transfer: object, ...(seen === undefined ? {} : { seen }) };
  }
  if (PAYOUT_TYPES.has(type) && object !== undefined && connected !== undefined && endpoint === 'connect') {
    return { kind: 'payout', account: connected, payout: object, ...(seen === undefined ? {} : { seen }) };
  }
  // Events of the second version of accounts come to the platform and name the account as what they are about.
  const account = /^v2\.core\.account[.[]/.test(type)
    ? object
    : ACCOUNT_TYPES.has(type)
      ? connected
      : undefined;
  if (account === undefined) return { kind: 'other' };
  return { kind: 'account', account, isDeauthorized: type === 'account.application.deauthorized' };
}

const TRANSFER_TYPES: ReadonlySet<string> = new Set([
  'transfer.created',
  'transfer.updated',
  'transfer.reversed',
]);

const PAYOUT_TYPES: ReadonlySet<string> = new Set([
  'payout.created',
  'payout.updated',
  'payout.paid',
  'payout.failed',
  'payout.canceled',
  'payout.reconciliation_completed',
]);

const ACCOUNT_TYPES: ReadonlySet<string> = new Set([
  'account.updated',
  'account.application.deauthorized',
  'account.external_account.created',
  'account.external_account.updated',
  'account.external_account.deleted',
  'capability.updated',
]);

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
