import { formatMoney, money, type Payout } from '@payout-engines/core';
import {
  Action,
  Amount,
  amountText,
  Bar,
  Card,
  Cards,
  Day,
  Field,
  Notice,
  Page,
  Ranks,
  type Session,
  Statement,
} from '@payout-engines/example-kit';
import type { ClipRow } from '../clips.ts';
import { PAID_WITHIN_DAYS, PAYOUT_MINIMUM, USD } from '../program.ts';
import type { Standing } from '../standing.ts';
import { ClipTable } from './clip-table.tsx';
import { clipPath, FRAME } from './frame.ts';
import { PayoutTable } from './payout-table.tsx';
import { Reasons } from './reasons.tsx';
import { PLATFORM_NAMES } from './words.tsx';

/** A clipper's first page: what there is, what each clip has earned, and the button. */
export function Overview({
  session,
  standing,
  clips,
  payouts,
  requestKey,
  asked,
}: {
  readonly session: Session;
  readonly standing: Standing;
  readonly clips: readonly ClipRow[];
  readonly payouts: readonly Payout[];
  /** Of the form: pressed twice, it is one request. */
  readonly requestKey: string;
  /** The amount as it was typed, and what is wrong with it. */
  readonly asked?: { readonly amount: string; readonly problem: string };
}) {
  const { balance, earned, takenBack } = standing;
  const { available, held, reserved, paid, debt } = balance;
  return (
    <Page frame={FRAME} title="Overview" session={session} at="/">
      {debt > 0n && (
        <Notice tone="bad">
          <Amount minor={debt} currency={USD} /> more were paid than was earned in the end. What you earn next
          goes against it first.
        </Notice>
      )}
      <Cards>
        <Card label="Available" means="Can be paid out now.">
          <Amount minor={available} currency={USD} />
        </Card>
        <Card label="Held" means="Earned in campaigns that pay when they have ended.">
          <Amount minor={held} currency={USD} />
          <HeldUntil clips={clips} />
        </Card>
        <Card
          label="On its way"
          means={`In a payout that is paid within ${PAID_WITHIN_DAYS} days of asking.`}
        >
          <Amount minor={reserved} currency={USD} />
        </Card>
        <Card label="Paid" means="All that was paid to you so far.">
          <Amount minor={paid} currency={USD} />
        </Card>
      </Cards>

      <h2>Payout</h2>
      <RequestPayout session={session} standing={standing} requestKey={requestKey} asked={asked} />

      <h2>Your clips</h2>
      <EarnedByClip clips={clips} />
      <ClipTable
        rows={clips}
        csv="/clips.csv"
        empty={
          <>
            No clip yet. Choose one of the <a href="/campaigns">campaigns</a> and submit the first.
          </>
        }
      />

      <h2>Where your balance comes from</h2>
      <Bar
        label="All that you have earned, by what became of it"
        currency={USD}
        parts={[
          { label: 'Paid', minor: paid, tone: 'good' },
          { label: 'On its way', minor: reserved, tone: 'goes' },
          { label: 'Available', minor: available, tone: 'over' },
          { label: 'Held', minor: held, tone: 'waits' },
        ]}
      />
      <Statement
        caption="Line by line"
        currency={USD}
        total={debt > 0n ? 'What goes against your next earnings' : 'Available now'}
        lines={[
          { why: 'Earned by the views of your clips', minor: earned },
          { why: 'Taken back: disqualified clips', minor: -takenBack },
          { why: 'Held until the campaign ends', minor: -held },
          { why: 'In payouts on their way', minor: -reserved },
          { why: 'Paid to you', minor: -paid },
        ]}
      />

      <h2>Payouts</h2>
      <PayoutTable
        payouts={payouts}
        csv="/payouts.csv"
        empty="No payout yet. It comes with your first request."
      />
    </Page>
  );
}

function RequestPayout({
  session,
  standing: { balance, reasons, details },
  requestKey,
  asked,
}: {
  readonly session: Session;
  readonly standing: Standing;
  readonly requestKey: string;
  readonly asked: { readonly amount: string; readonly problem: string } | undefined;
}) {
  const least = <Amount minor={PAYOUT_MINIMUM} currency={USD} />;
  const can = reasons.length === 0;
  return (
    <>
      <p>
        From {least} on, without a fee.{' '}
        {details !== undefined && (
          <>
            It is paid to {details} (<a href="/payment-details">change</a>).
          </>
        )}
      </p>
      <Action
        session={session}
        to="/payouts"
        label="Request payout"
        open={asked !== undefined}
        {...(can
          ? {
              sure: (
                <>
                  1 payout to {details}. You have <Amount minor={balance.available} currency={USD} />.
                </>
              ),
            }
          : { refused: <Reasons reasons={reasons} /> })}
      >
        <input type="hidden" name="key" value={requestKey} />
        <Field
          name="amount"
          label="Amount in USD"
          value={asked?.amount ?? formatMoney(money(USD, balance.available))}
          inputMode="decimal"
          required
          {...(asked === undefined
            ? { hint: `From ${amountText(PAYOUT_MINIMUM, USD)} to all that is available.` }
            : { problem: asked.problem })}
        />
      </Action>
    </>
  );
}

/** When the first of the campaigns that hold something ends. */
function HeldUntil({ clips }: { readonly clips: readonly ClipRow[] }) {
  const ends = clips
    .filter(
      ({ campaign, earned }) =>
        campaign.terms.hold.completion && campaign.state !== 'completed' && earned > 0n,
    )
    .flatMap(({ campaign }) => campaign.terms.endsAt ?? [])
    .sort((left, right) => left.getTime() - right.getTime());
  const [first] = ends;
  if (first === undefined) return <></>;
  return (
    <small>
      from <Day at={first} /> at the latest
    </small>
  );
}

const RANKED = 8;

function EarnedByClip({ clips }: { readonly clips: readonly ClipRow[] }) {
  const ranked = clips
    .filter(({ earned }) => earned > 0n)
    .sort((left, right) => (left.earned < right.earned ? 1 : -1))
    .slice(0, RANKED);
  if (ranked.length < 2) return <></>;
  return (
    <Ranks
      label="What each clip has earned"
      ranks={ranked.map(({ clip, earned }) => ({
        label: (
          <a href={clipPath(clip.id)}>
            {PLATFORM_NAMES[clip.platform]} {clip.content}
          </a>
        ),
        value: earned,
        says: <Amount minor={earned} currency={USD} />,
      }))}
    />
  );
}
