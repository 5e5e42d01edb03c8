import { Amount, Bar, Card, Cards, Day, Field, Page, type Session, Token } from '@payout-engines/example-kit';
import { type CampaignPage, heldToEnd } from '../campaign-pages.ts';
import type { ClipRow } from '../clips.ts';
import { EVERY_HOURS, USD } from '../program.ts';
import { ClipTable } from './clip-table.tsx';
import { campaignPath, FRAME } from './frame.ts';
import { campaignMeans, CampaignState, EndsOn, PLATFORM_NAMES, Rate, Runway } from './words.tsx';

/** The budget of a campaign: what is spent, what of it waits for the end, and what is left. */
export function BudgetBar({ page: { name, statistics } }: { readonly page: CampaignPage }) {
  const { campaign, spent, left, budget } = statistics;
  if (budget === 0n) return <div class="empty">There is no money in it yet.</div>;
  const held = heldToEnd(campaign);
  return (
    <Bar
      label={`The budget of ${name}: ${statistics.percentSpent} % of it is spent`}
      currency={USD}
      parts={[
        { label: 'Spent', minor: spent - held, tone: 'good' as const },
        { label: 'Reserved until it ends', minor: held, tone: 'waits' as const },
        { label: 'Left', minor: left, tone: 'rest' as const },
      ].filter(({ minor, tone }) => minor > 0n || tone === 'rest')}
    />
  );
}

/** What can be made clips for. */
export function CampaignsPage({
  session,
  campaigns,
}: {
  readonly session: Session;
  readonly campaigns: readonly CampaignPage[];
}) {
  return (
    <Page frame={FRAME} title="Campaigns" session={session} at="/campaigns">
      <p>
        Submit a clip to a campaign. Once it is approved, its views are read every {EVERY_HOURS} hours, and
        what they gain from then on is paid.
      </p>
      {campaigns.length === 0 && <div class="empty">No campaign is running. Come back later.</div>}
      {campaigns.map((page) => (
        <section>
          <h2>
            <a href={campaignPath(page.id)}>{page.name}</a>
          </h2>
          <p>
            {page.brief} <Rate perThousand={page.statistics.campaign.rates.at(-1)?.perThousand ?? '0'} />{' '}
            views. <EndsOn campaign={page.statistics.campaign} />
          </p>
          <BudgetBar page={page} />
          <p>
            <Runway statistics={page.statistics} />
          </p>
        </section>
      ))}
    </Page>
  );
}

/** One campaign, as a clipper sees it: its terms, the form, and their own clips. */
export function CampaignForClippers({
  session,
  page,
  clips,
  submitKey,
  sent,
}: {
  readonly session: Session;
  readonly page: CampaignPage;
  readonly clips: readonly ClipRow[];
  readonly submitKey: string;
  /** The address as it was typed, and what is wrong with it. */
  readonly sent?: { readonly url: string; readonly problem: string };
}) {
  const { campaign } = page.statistics;
  const { terms, state } = campaign;
  return (
    <Page frame={FRAME} title={page.name} session={session} at="/campaigns">
      <p>
        <CampaignState state={state} /> {campaignMeans(campaign)} <EndsOn campaign={campaign} />
      </p>
      <p>{page.brief}</p>
      <Cards>
        <Card label="Rate" means="For 1,000 views that a clip gains after its approval.">
          <Amount minor={BigInt(campaign.rates.at(-1)?.perThousand ?? '0')} currency={USD} />
        </Card>
        <Card label="Most for one clip" means="What one clip can earn in this campaign.">
          {terms.clipCap === undefined ? 'no limit' : <Amount minor={terms.clipCap} currency={USD} />}
        </Card>
        <Card
          label="Paid out"
          means={
            terms.hold.completion
              ? 'What you earn is held until then.'
              : 'What you earn can be asked for at once.'
          }
        >
          {terms.hold.completion ? 'at the end' : 'as it is earned'}
          {terms.hold.completion && terms.endsAt !== undefined && (
            <small>
              <Day at={campaign.completedAt ?? terms.endsAt} /> at the latest
            </small>
          )}
        </Card>
      </Cards>
      <h2>Budget</h2>
      <BudgetBar page={page} />
      <p>
        <Runway statistics={page.statistics} />
      </p>

      <h2>Submit a clip</h2>
      {state === 'running' ? (
        <form
          method="post"
          action={`${campaignPath(page.id)}/clips`}
          data-once
          class="card"
          aria-label="Submit a clip"
        >
          <Token session={session} />
          <input type="hidden" name="key" value={submitKey} />
          <Field
            name="url"
            label="Address of the clip"
            required
            {...(sent !== undefined && { value: sent.url, problem: sent.problem })}
            {...(sent === undefined && {
              hint: `One video on ${terms.platforms.map((platform) => PLATFORM_NAMES[platform]).join(', ')}, as your browser shows its address.`,
            })}
          />
          <button>Submit</button>
        </form>
      ) : (
        <div class="action">
          <button disabled aria-describedby="why-submit">
            Submit
          </button>
          <p id="why-submit" class="reason">
            The campaign takes no clips: it is not running.
          </p>
        </div>
      )}

      <h2>Your clips in it</h2>
      <ClipTable rows={clips} empty="You have no clip in this campaign yet." />
    </Page>
  );
}
