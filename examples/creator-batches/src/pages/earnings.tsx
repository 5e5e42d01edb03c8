import { Amount, type Column, Page, Reference, type Session, Table, Time } from '@payout-engines/example-kit';
import type { CreditedPayment } from '../earnings.ts';
import { USD } from '../program.ts';
import { FRAME } from './frame.ts';

/** A rate in cents as people say it: `0.0475 USD`. */
export function rateText(cents: string): string {
  const [whole = '0', fraction = ''] = cents.split('.');
  const digits = whole.padStart(3, '0');
  const all = `${digits.slice(0, -2)}.${digits.slice(-2)}${fraction}`;
  return `${all} USD`;
}

const grouped = (tokens: bigint): string => tokens.toString().replaceAll(/\B(?=(\d{3})+$)/g, ',');

/** What became of a payment. */
function Became({ earning, chargedBack }: CreditedPayment) {
  if (chargedBack) return <span class="state bad">Charged back</span>;
  if (earning !== undefined && earning.held > 0n)
    return (
      <span>
        <span class="state waits">Held</span>
        {earning.hold?.until !== undefined && (
          <>
            {' '}
            until <Time at={earning.hold.until} />
          </>
        )}
      </span>
    );
  return <span class="state good">Released</span>;
}

/** The head of payments in a file, and their cells. */
export const PAYMENT_HEADER = [
  ...['payment', 'creator', 'at', 'kind', 'tokens', 'cents a token', 'cents', 'cents held', 'held until'],
  'charged back',
] as const;

export function paymentCells(payment: CreditedPayment) {
  const { id, creator, at, kind, tokens, rate, amount, earning, chargedBack } = payment;
  return [
    ...[id, creator, at, kind, tokens, rate, amount, earning?.held, earning?.hold?.until],
    chargedBack ? 'yes' : 'no',
  ];
}

/** Columns of payments; with names on the pages of operators. */
export function paymentColumns(names?: ReadonlyMap<string, string>): readonly Column<CreditedPayment>[] {
  return [
    { head: 'When', cell: ({ at }) => <Time at={at} /> },
    ...(names === undefined
      ? []
      : [{ head: 'Creator', cell: ({ creator }: CreditedPayment) => names.get(creator) ?? creator }]),
    { head: 'What', cell: ({ kind }) => (kind === 'tip' ? 'Tip' : 'Call') },
    { head: 'Tokens', numeric: true, cell: ({ tokens }) => grouped(tokens) },
    {
      head: 'Rate',
      means: 'For one token, as it was when this was credited.',
      numeric: true,
      cell: ({ rate }) => rateText(rate),
    },
    { head: 'Amount', numeric: true, cell: ({ amount }) => <Amount minor={amount} currency={USD} /> },
    { head: 'State', cell: Became },
    { head: 'Reference', cell: ({ id }) => <Reference id={id} /> },
  ];
}

/** What fans paid a creator, in tokens and in dollars. */
export function EarningsPage({
  session,
  payments,
  kind,
  rate,
}: {
  readonly session: Session;
  readonly payments: readonly CreditedPayment[];
  readonly kind: 'tip' | 'call' | undefined;
  readonly rate: string;
}) {
  const shown = payments.filter((payment) => kind === undefined || payment.kind === kind);
  const tab = (to: string, label: string, here: boolean) => (
    <a href={to} aria-current={here ? 'page' : undefined}>
      <strong>{label}</strong>
    </a>
  );
  return (
    <Page frame={FRAME} title="Tips and calls" session={session} at="/earnings">
      <p>
        Fans pay in tokens. A token is {rateText(rate)} today; what was credited before keeps the rate of its
        day. Parts of a cent are rounded down.
      </p>
      <nav class="tabs" aria-label="Kinds">
        {tab('/earnings', 'All', kind === undefined)}
        {tab('/earnings?kind=tip', 'Tips', kind === 'tip')}
        {tab('/earnings?kind=call', 'Calls', kind === 'call')}
      </nav>
      <Table
        caption="Newest first"
        rows={shown}
        csv={kind === undefined ? '/earnings.csv' : `/earnings.csv?kind=${kind}`}
        empty={
          payments.length === 0
            ? 'Nothing yet. It comes with your first tip or call.'
            : 'None of this kind. Choose All to see the others.'
        }
        columns={paymentColumns()}
      />
    </Page>
  );
}
