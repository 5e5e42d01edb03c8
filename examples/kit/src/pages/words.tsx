import { type Currency, formatMoney, money } from '@payout-engines/core';
import type { PayoutState } from '@payout-engines/core';

/** An amount with its currency; below zero with a minus that is read aloud. */
export function Amount({ minor, currency }: { readonly minor: bigint; readonly currency: Currency }) {
  const text = amountText(minor, currency);
  return <span class={minor < 0n ? 'amount below' : 'amount'}>{text}</span>;
}

/** `1,234.50 USD`: grouped by thousands, with all places of the currency. */
export function amountText(minor: bigint, currency: Currency): string {
  const [whole = '', fraction] = formatMoney(money(currency, minor < 0n ? -minor : minor)).split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  const sign = minor < 0n ? '−' : '';
  return `${sign}${grouped}${fraction === undefined ? '' : `.${fraction}`} ${currency.code}`;
}

/** An instant: UTC as it is sent, and the reader's own time once the script has run, with UTC on hover. */
export function Time({ at }: { readonly at: Date }) {
  const utc = `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return (
    <time datetime={at.toISOString()} title={utc}>
      {utc}
    </time>
  );
}

/** A day, where the hour says nothing. */
export function Day({ at }: { readonly at: Date }) {
  const utc = at.toISOString().slice(0, 10);
  return (
    <time
      datetime={at.toISOString()}
      title={`${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`}
      data-day
    >
      {utc}
    </time>
  );
}

/** An id that can be copied, to be named to somebody who helps. */
export function Reference({ id }: { readonly id: string }) {
  return (
    <span class="reference">
      <code>{id}</code>
      <button class="plain" type="button" data-copy={id} hidden>
        Copy
      </button>
    </span>
  );
}

interface StateWords {
  readonly word: string;
  readonly tone: 'waits' | 'goes' | 'good' | 'bad' | 'over';
  readonly means: string;
}

/** What each state of a payout is called, and what it means to whoever gets it. */
export const PAYOUT_STATE_WORDS: Readonly<Record<PayoutState, StateWords>> = {
  pending: { word: 'Waiting for approval', tone: 'waits', means: 'Somebody has to approve it.' },
  approved: { word: 'Approved', tone: 'waits', means: 'It is sent with the next run.' },
  processing: {
    word: 'On its way',
    tone: 'goes',
    means: 'It was sent; the payment service has not confirmed it.',
  },
  needs_review: {
    word: 'Being looked into',
    tone: 'bad',
    means: 'Nobody could say whether it arrived. A person is finding out.',
  },
  completed: { word: 'Paid', tone: 'good', means: 'The payment service has confirmed it.' },
  returned: { word: 'Came back', tone: 'bad', means: 'The money came back and is on the balance again.' },
  failed: { word: 'Failed', tone: 'bad', means: 'Nothing was paid. The money is on the balance again.' },
  rejected: {
    word: 'Rejected',
    tone: 'over',
    means: 'It was not approved. The money is on the balance again.',
  },
  cancelled: {
    word: 'Cancelled',
    tone: 'over',
    means: 'It was taken back. The money is on the balance again.',
  },
};

/** A state in words, with a colour that says no more than they do. */
export function State({ state }: { readonly state: PayoutState }) {
  const { word, tone, means } = PAYOUT_STATE_WORDS[state];
  return (
    <span class={`state ${tone}`} title={means}>
      {word}
    </span>
  );
}
