import type { Payout, PayoutExplanation, PayoutState, PayoutTotals } from '@payout-engines/core';
import {
  Action,
  Amount,
  Field,
  Notice,
  Page,
  Reference,
  type Session,
  Tabs,
} from '@payout-engines/example-kit';
import { USD } from '../program.ts';
import { FRAME, payoutPath } from './frame.ts';
import { PayoutTable } from './payout-table.tsx';

/** What operators look at together. */
export const PAYOUT_GROUPS: readonly {
  readonly id: string;
  readonly label: string;
  readonly states: readonly PayoutState[];
}[] = [
  { id: 'pending', label: 'Pending', states: ['pending'] },
  { id: 'processing', label: 'Processing', states: ['approved', 'processing', 'needs_review'] },
  { id: 'completed', label: 'Completed', states: ['completed', 'returned'] },
  { id: 'rejected', label: 'Rejected', states: ['rejected', 'cancelled', 'failed'] },
];

/** Payouts by where they stand, each group with how many and how much. */
export function OperatorPayouts({
  session,
  payouts,
  totals,
  tab,
  clipper,
  names,
}: {
  readonly session: Session;
  readonly payouts: readonly Payout[];
  readonly totals: readonly PayoutTotals[];
  readonly tab: string;
  /** Whose alone, as it was typed. */
  readonly clipper: string;
  readonly names: ReadonlyMap<string, string>;
}) {
  const asked = clipper === '' ? '' : `&clipper=${encodeURIComponent(clipper)}`;
  return (
    <Page frame={FRAME} title="Payouts" session={session} at="/operator/payouts">
      <Tabs
        label="Payouts by state"
        tabs={PAYOUT_GROUPS.map(({ id, label, states }) => {
          const { count, amount } = sumOf(totals, states);
          const sum = <Amount minor={amount} currency={USD} />;
          return { to: `/operator/payouts?tab=${id}${asked}`, label, count, sum, here: id === tab };
        })}
      />
      <form method="get" action="/operator/payouts" class="filter">
        <input type="hidden" name="tab" value={tab} />
        <Field name="clipper" label="Of one clipper" value={clipper} hint="The name. Empty: of everybody." />
        <button>Show</button>
      </form>
      <PayoutTable
        payouts={payouts}
        under="/operator"
        names={names}
        csv={`/operator/payouts.csv?tab=${tab}${asked}`}
        empty={
          clipper === '' ? (
            'Nothing here. Look at the other tabs.'
          ) : (
            <>
              Nothing of {clipper} here. <a href={`/operator/payouts?tab=${tab}`}>Show everybody</a>.
            </>
          )
        }
      />
    </Page>
  );
}

function sumOf(
  totals: readonly PayoutTotals[],
  states: readonly PayoutState[],
): { readonly count: number; readonly amount: bigint } {
  let [count, amount] = [0, 0n];
  for (const total of totals) {
    if (!states.includes(total.state)) continue;
    count += total.count;
    amount += total.amount;
  }
  return { count, amount };
}

/** What was typed into one of the forms of a payout, and what is wrong with it. */
export interface PayoutForm {
  readonly step: string;
  readonly typed: string;
  readonly problem: string;
  /** The payout that has what was typed already. */
  readonly usedBy?: string;
}

/** What an operator can do with a payout, by its state. */
export function PayoutActions({
  session,
  explanation,
  clipper,
  address,
  form,
}: {
  readonly session: Session;
  readonly explanation: PayoutExplanation;
  readonly clipper: string;
  /** In full, for the one who is paying it and nobody else. */
  readonly address: string | undefined;
  readonly form: PayoutForm | undefined;
}) {
  const { payout, digest, attempts } = explanation;
  const { id, state, amount, fee, feeBearer } = payout;
  const to = (step: string): string => `${payoutPath(id, '/operator')}/${step}`;
  const net = feeBearer === 'participant' ? amount - fee : amount;
  const sum = (
    <>
      1 payout of <Amount minor={net} currency={USD} /> to {clipper}.
    </>
  );
  const isOpen = (step: string) => ({ open: form?.step === step });
  const kept = (step: string) => (form?.step === step ? { value: form.typed, problem: form.problem } : {});
  switch (state) {
    case 'pending':
      return (
        <>
          <Action session={session} to={to('approve')} label="Approve" sure={sum}>
            <input type="hidden" name="digest" value={digest} />
          </Action>
          <Action session={session} to={to('reject')} label="Reject" sure={sum} {...isOpen('reject')}>
            <Field name="reason" label="Why, for the clipper to read" required {...kept('reject')} />
          </Action>
        </>
      );
    case 'approved':
      return (
        <Action
          session={session}
          to={to('claim')}
          label="I am paying it now"
          sure={<>{sum} From then on nobody else can pay it, and you see where it goes.</>}
        />
      );
    case 'processing': {
      const payer = attempts.find(({ number }) => number === payout.attempt)?.by;
      if (payer !== session.person.id)
        return (
          <Action
            session={session}
            to={to('complete')}
            label="It is paid"
            refused={`${payer ?? 'Somebody else'} is paying it. Only they can say that it is paid, so that nobody pays it twice.`}
          />
        );
      return (
        <>
          <Notice tone="waits">
            Pay <Amount minor={net} currency={USD} />, then write down the transaction id below. It goes to{' '}
            {address === undefined ? (
              'details that have changed meanwhile: do not pay it.'
            ) : (
              <Reference id={address} />
            )}
          </Notice>
          {form?.usedBy !== undefined && (
            <Notice tone="bad">
              This transaction has paid <a href={payoutPath(form.usedBy, '/operator')}>another payout</a>{' '}
              already.
            </Notice>
          )}
          <Action session={session} to={to('complete')} label="It is paid" sure={sum} {...isOpen('complete')}>
            <Field
              name="transaction"
              label="Transaction id"
              required
              {...(form?.step === 'complete'
                ? kept('complete')
                : { hint: 'As your bank or PayPal shows it. Each pays one payout only.' })}
            />
          </Action>
          <Action
            session={session}
            to={to('fail')}
            label="It could not be paid"
            sure="Make sure that no money has left. The amount goes back to the balance."
            {...isOpen('fail')}
          >
            <Field name="reason" label="Why, for the clipper to read" required {...kept('fail')} />
          </Action>
        </>
      );
    }
    case 'failed':
      return <Action session={session} to={to('retry')} label="Try again" sure={sum} />;
    case 'needs_review':
    case 'completed':
    case 'returned':
    case 'rejected':
    case 'cancelled':
      return <></>;
  }
}
