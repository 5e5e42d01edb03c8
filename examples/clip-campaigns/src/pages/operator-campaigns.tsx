import { PLATFORMS } from '@payout-engines/core';
import {
  Action,
  Amount,
  Card,
  Cards,
  LineChart,
  Notice,
  Page,
  type Session,
  Statement,
  Table,
  Time,
  Token,
} from '@payout-engines/example-kit';
import { type CampaignHistory, type CampaignPage, type LogEntry, heldToEnd } from '../campaign-pages.ts';
import type { ClipRow } from '../clips.ts';
import { EVERY_HOURS, USD } from '../program.ts';
import type { TrackingRun } from '../tracking.ts';
import { BudgetBar } from './campaigns.tsx';
import { ClipTable } from './clip-table.tsx';
import { campaignPath, FRAME } from './frame.ts';
import { EMPTY_FORM, TypedField, type TypedForm } from './typed-field.tsx';
import { campaignMeans, CampaignState, count, EndsOn, PLATFORM_NAMES, Rate, Runway } from './words.tsx';

/** All campaigns with their budgets, the tracker, and the form for a new campaign. */
export function OperatorCampaigns({
  session,
  campaigns,
  runs,
  createKey,
  form = EMPTY_FORM,
}: {
  readonly session: Session;
  readonly campaigns: readonly CampaignPage[];
  readonly runs: readonly TrackingRun[];
  readonly createKey: string;
  readonly form?: TypedForm;
}) {
  return (
    <Page frame={FRAME} title="Campaigns" session={session} at="/operator">
      <Cards>
        <CountCard campaigns={campaigns} />
        <SumCard campaigns={campaigns} which="spent" />
        <SumCard campaigns={campaigns} which="left" />
      </Cards>
      {campaigns.length === 0 && (
        <div class="empty">No campaign yet. Make the first with the form below.</div>
      )}
      {campaigns.map((page) => (
        <section>
          <h2>
            <a href={campaignPath(page.id, '/operator')}>{page.name}</a>{' '}
            <CampaignState state={page.statistics.campaign.state} />
          </h2>
          <BudgetBar page={page} />
          <p>
            <Runway statistics={page.statistics} /> <EndsOn campaign={page.statistics.campaign} />
          </p>
        </section>
      ))}

      <h2>Reading views</h2>
      <p>Each clip is read every {EVERY_HOURS} hours by itself. Reading it more often pays nothing twice.</p>
      <Action session={session} to="/operator/track" label="Read all views now" />
      <Table
        caption="Last readings"
        rows={runs}
        csv="/operator/readings.csv"
        empty="Nothing was read yet."
        columns={[
          { head: 'When', cell: ({ at }) => <Time at={at} /> },
          { head: 'By', cell: ({ by }) => by },
          { head: 'Clips read', numeric: true, cell: ({ looked }) => looked },
          {
            head: 'Of them without a count',
            means: 'Each of these clips says why, and when it is read again.',
            numeric: true,
            cell: ({ failed }) => failed,
          },
          { head: 'Earned', numeric: true, cell: ({ earned }) => <Amount minor={earned} currency={USD} /> },
          { head: 'Campaigns ended', numeric: true, cell: ({ ended }) => ended },
        ]}
      />

      <h2>A new campaign</h2>
      <form method="post" action="/operator/campaigns" data-once class="card" aria-label="A new campaign">
        <Token session={session} />
        <input type="hidden" name="key" value={createKey} />
        {form.problems['form'] !== undefined && <Notice tone="bad">{form.problems['form']}</Notice>}
        <TypedField form={form} name="name" label="Name" />
        <TypedField form={form} name="brief" label="What clippers should make" />
        <TypedField form={form} name="rate" label="USD for 1,000 views" hint="Such as 2.50." decimal />
        <TypedField
          form={form}
          name="cap"
          label="The most that one clip earns, in USD"
          hint="Empty: no limit."
          decimal
          required={false}
        />
        <TypedField form={form} name="days" label="Ends after so many days" initial="30" decimal />
        <fieldset>
          <legend>Platforms</legend>
          {PLATFORMS.map((platform) => (
            <label class="choice">
              <input
                type="checkbox"
                name={`on-${platform}`}
                checked={Object.keys(form.typed).length === 0 || form.typed[`on-${platform}`] !== undefined}
              />{' '}
              {PLATFORM_NAMES[platform]}
            </label>
          ))}
          {form.problems['platforms'] !== undefined && (
            <p class="reason" role="alert">
              {form.problems['platforms']}
            </p>
          )}
        </fieldset>
        <label class="choice">
          <input type="checkbox" name="held" checked={form.typed['held'] !== undefined} /> Pay only when the
          campaign has ended
        </label>
        <button>Make it</button>
      </form>
    </Page>
  );
}

function CountCard({ campaigns }: { readonly campaigns: readonly CampaignPage[] }) {
  const running = campaigns.filter(({ statistics }) => statistics.campaign.state === 'running').length;
  return (
    <Card label="Running" means={`Of ${campaigns.length} campaigns.`}>
      {running}
    </Card>
  );
}

function SumCard({
  campaigns,
  which,
}: {
  readonly campaigns: readonly CampaignPage[];
  readonly which: 'spent' | 'left';
}) {
  const sum = campaigns.reduce((total, { statistics }) => total + statistics[which], 0n);
  return which === 'spent' ? (
    <Card label="Spent" means="What clips have earned in all campaigns.">
      <Amount minor={sum} currency={USD} />
    </Card>
  ) : (
    <Card label="Left" means="What is left of all budgets.">
      <Amount minor={sum} currency={USD} />
    </Card>
  );
}

/** One campaign with everything that operators do about it. */
export function OperatorCampaign({
  session,
  page,
  clips,
  history,
  log,
  names,
  fundKey,
  fund = EMPTY_FORM,
}: {
  readonly session: Session;
  readonly page: CampaignPage;
  readonly clips: readonly ClipRow[];
  readonly history: CampaignHistory;
  readonly log: readonly LogEntry[];
  readonly names: ReadonlyMap<string, string>;
  /** Of the forms: sent twice, it is one deposit. */
  readonly fundKey: string;
  readonly fund?: TypedForm;
}) {
  const { statistics } = page;
  const { campaign, spent, left, budget, views } = statistics;
  const { state, deposited, refunded, terms } = campaign;
  const to = (step: string): string => `${campaignPath(page.id, '/operator')}/${step}`;
  const leftOver = <Amount minor={left} currency={USD} />;
  return (
    <Page frame={FRAME} title={page.name} session={session} at="/operator">
      <p>
        <CampaignState state={state} /> {campaignMeans(campaign)} <EndsOn campaign={campaign} />
      </p>
      <p>
        {page.brief} <Rate perThousand={campaign.rates.at(-1)?.perThousand ?? '0'} /> views
        {terms.clipCap !== undefined && (
          <>
            , at most <Amount minor={terms.clipCap} currency={USD} /> for one clip
          </>
        )}
        , on {terms.platforms.map((platform) => PLATFORM_NAMES[platform]).join(', ')}.{' '}
        {terms.hold.completion ? 'Paid when it has ended.' : 'Can be asked for as it is earned.'}
      </p>
      <h2>Budget</h2>
      <BudgetBar page={page} />
      <p>
        <Runway statistics={page.statistics} />
      </p>
      <Statement
        caption="Line by line"
        currency={USD}
        total="Left of the budget"
        lines={[
          { why: 'Put into it', minor: deposited },
          { why: 'Given back', minor: -refunded },
          { why: 'Earned by clips, at once', minor: -(spent - heldToEnd(campaign)) },
          { why: 'Earned by clips, reserved until it ends', minor: -heldToEnd(campaign) },
        ]}
      />
      <div class="cards">
        <LineChart
          label="Spent"
          points={history.spent}
          limit={budget}
          says={
            <>
              <Amount minor={spent} currency={USD} /> of <Amount minor={budget} currency={USD} />, the dashed
              line.
            </>
          }
        />
        <LineChart label="Paid views" points={history.views} says={<>{count(views)} in all clips.</>} />
      </div>

      <h2>What you can do</h2>
      {state === 'completed' ? (
        <Action
          session={session}
          to={to('refund')}
          label="Give back what is left"
          {...(left === 0n
            ? { refused: 'Nothing is left.' }
            : { sure: <>1 refund of {leftOver} to whoever paid for the campaign.</> })}
        >
          <input type="hidden" name="key" value={fundKey} />
        </Action>
      ) : (
        <>
          <Action
            session={session}
            to={to('fund')}
            label="Put money into it"
            sure="1 deposit. It can be given back when the campaign has ended."
            open={Object.keys(fund.problems).length > 0}
          >
            <input type="hidden" name="key" value={fundKey} />
            <TypedField form={fund} name="amount" label="Amount in USD" decimal />
          </Action>
          <Action
            session={session}
            to={to('pause')}
            label="Pause it"
            {...(state === 'running' ? {} : { refused: 'Only a campaign that is running can be paused.' })}
          >
            <input type="hidden" name="key" value={crypto.randomUUID()} />
          </Action>
          {state === 'paused' && (
            <Action session={session} to={to('resume')} label="Go on with it">
              <input type="hidden" name="key" value={crypto.randomUUID()} />
            </Action>
          )}
          <Action
            session={session}
            to={to('end')}
            label="End it"
            sure={
              <>
                All amounts become final. What {counted(clips.length)} earned (
                <Amount minor={spent} currency={USD} />) can be asked for; {leftOver} are left over. It cannot
                be started again.
              </>
            }
          >
            <input type="hidden" name="key" value={crypto.randomUUID()} />
          </Action>
        </>
      )}

      <h2>Clips</h2>
      <ClipTable
        rows={clips}
        under="/operator"
        names={names}
        csv={`/operator/clips.csv?campaign=${encodeURIComponent(page.id)}`}
        empty="No clip yet."
      />
      <h2>History</h2>
      <Table
        caption="Who did what when"
        rows={log}
        empty="Nothing yet."
        columns={[
          { head: 'When', cell: ({ at }) => <Time at={at} /> },
          { head: 'Who', cell: ({ by }) => by },
          { head: 'What', cell: ({ what }) => what },
        ]}
      />
    </Page>
  );
}

function counted(clips: number): string {
  return clips === 1 ? 'its 1 clip has' : `its ${clips} clips have`;
}
