import { alertsBetween } from '../../campaigns/alerts.ts';
import { budgetLeft, type Campaign, type CompletionReason } from '../../campaigns/campaign.ts';
import { campaignTransition } from '../../campaigns/campaign-states.ts';
import { clipEarning, type ClipEarning } from '../../campaigns/clip-earning.ts';
import type { Clip } from '../../campaigns/clip.ts';
import { clipTransition } from '../../campaigns/clip-states.ts';
import type { Finding, Observation } from '../../campaigns/observation.ts';
import { pricedViews, worthOf } from '../../campaigns/priced-views.ts';
import { withSpend } from '../../campaigns/spending.ts';
import { baselineOf, type ReadingRules, takeReading } from '../../campaigns/take-reading.ts';
import { nextReadingAt } from '../../campaigns/tracking.ts';
import { PayoutError } from '../../errors.ts';
import { campaignAccount, participantAccount } from '../../ledger/account.ts';
import type { Earning, Hold } from '../../ledger/earning.ts';
import type { TransferRequest } from '../../ledger/transfer.ts';
import { MAX_MINOR } from '../../money/range.ts';
import type { Notification } from '../../ports/notifier.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import type { ViewCount } from '../../ports/view-source.ts';
import { type CampaignContext, retryAt } from './context.ts';
import { campaignIds } from './ids.ts';
import { alertOf, clipNotification, completionOf } from './notifications.ts';

/** The condition that what a campaign holds until its end waits for. */
export const COMPLETION = 'campaign_completed';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** What was read of one clip. */
export interface Reading {
  readonly clip: string;
  readonly campaign: string;
  readonly at: Date;
  readonly count: ViewCount;
}

/** What became of one reading. */
export interface Booked {
  readonly clip: string;
  readonly finding: Finding;
  readonly reason?: string;
  readonly currency: string;
  readonly earned: bigint;
}

/** What has cut nothing and paid nothing. */
const NOTHING: ClipEarning = { earned: 0n, cutByClip: 0n, cutByParticipant: 0n, cutByBudget: 0n };

/**
 * The one place where money leaves a budget: campaigns and clips as one transaction changes them, under the locks of the
 * campaigns. Everything is read at its beginning and written at its end, in sets; in between only this decides.
 */
export class Book {
  readonly #context: CampaignContext;
  readonly #unit: UnitOfWork;
  readonly #now: Date;
  readonly #campaigns: Map<string, Campaign>;
  readonly #clips: Map<string, Clip>;
  /** What participants have earned in campaigns that cap it. */
  readonly #spends: Map<string, { campaign: string; participant: string; earned: bigint }>;
  readonly #changed = { campaigns: new Set<string>(), clips: new Set<string>(), spends: new Set<string>() };
  readonly #observations: Observation[] = [];
  readonly #transfers: TransferRequest[] = [];
  readonly #earnings: Earning[] = [];
  readonly #told: Notification[] = [];
  readonly #completed: string[] = [];

  private constructor(
    context: CampaignContext,
    unit: UnitOfWork,
    now: Date,
    campaigns: Map<string, Campaign>,
    clips: Map<string, Clip>,
    spends: Map<string, { campaign: string; participant: string; earned: bigint }>,
  ) {
    this.#context = context;
    this.#unit = unit;
    this.#now = now;
    this.#campaigns = campaigns;
    this.#clips = clips;
    this.#spends = spends;
  }

  /** Locks the campaigns first and reads second, so that what is read is what others have left. */
  static async open(
    context: CampaignContext,
    unit: UnitOfWork,
    campaignsOf: readonly string[],
    clipsOf: readonly string[],
  ): Promise<Book> {
    const ids = [...new Set(campaignsOf)];
    const campaigns = new Map(
      (await unit.campaigns.lock(ids)).flatMap((one) => (one === undefined ? [] : [[one.id, one]])),
    );
    const found = clipsOf.length === 0 ? [] : await unit.clips.find([...new Set(clipsOf)]);
    const clips = new Map(found.flatMap((clip) => (clip === undefined ? [] : [[clip.id, clip]])));
    const capped = new Map(
      [...clips.values()]
        .filter(({ campaign }) => campaigns.get(campaign)?.terms.participantCap !== undefined)
        .map(({ campaign, participant }) => [spendKey(campaign, participant), { campaign, participant }]),
    );
    const earned = capped.size === 0 ? [] : await unit.campaigns.spends([...capped.values()]);
    const spends = new Map(
      [...capped].map(([key, of], index) => [key, { ...of, earned: earned[index] ?? 0n }]),
    );
    return new Book(context, unit, await unit.now(), campaigns, clips, spends);
  }

  get now(): Date {
    return this.#now;
  }

  /** The campaigns that this transaction has completed. */
  get completed(): readonly string[] {
    return this.#completed;
  }

  /** @throws {@link PayoutError} with code `CAMPAIGN_NOT_FOUND` */
  campaign(id: string): Campaign {
    const campaign = this.#campaigns.get(id);
    if (campaign === undefined) throw new PayoutError('CAMPAIGN_NOT_FOUND', { campaign: id });
    return campaign;
  }

  /** @throws {@link PayoutError} with code `CLIP_NOT_FOUND` */
  clip(id: string): Clip {
    const clip = this.#clips.get(id);
    if (clip === undefined) throw new PayoutError('CLIP_NOT_FOUND', { clip: id });
    return clip;
  }

  /** Takes one reading of a clip that is tracked, or whose approval window is over. Never throws for what was read. */
  take({ clip: id, at, count }: Reading): Booked {
    const clip = this.clip(id);
    const campaign = this.campaign(clip.campaign);
    if (count.kind !== 'counted') return this.#fruitless(clip, campaign, at, count);
    const reason = notCountedBecause(clip, campaign, at);
    const { approvedAt, dueAt: before } = clip;
    const { tracking } = campaign.terms;
    const dueAt = approvedAt === undefined ? before : nextReadingAt(tracking, approvedAt, this.#now);
    if (reason !== undefined) {
      const views = { views: count.views, reason };
      this.#observe({ ...clip, dueAt, tries: 0 }, at, 'not_counted', views);
      return { clip: id, finding: 'not_counted', reason, currency: campaign.terms.currency, earned: 0n };
    }
    if (clip.views === undefined) return this.approve(clip, { views: count.views, at });
    const reading = { views: count.views, at };
    const result = takeReading(clip.views, reading, rulesOf(campaign));
    const fell = result.finding === 'fall' ? 1 : 0;
    const after = { ...clip, views: result.views, falls: clip.falls + fell, tries: 0, dueAt };
    if (result.finding === 'held' && clip.views.held === undefined) {
      this.#told.push(clipNotification(after, campaign.terms.currency, 'held', at.toISOString()));
    }
    return this.pay(after, result.finding, reading, result.growth, result.rate);
  }

  /** The views at this moment are the baseline: nothing of them is ever paid. */
  approve(clip: Clip, reading: { readonly views: bigint; readonly at: Date }, by?: string): Booked {
    const { terms } = this.campaign(clip.campaign);
    const { reason: _, ...before } = clip;
    const approved: Clip = {
      ...before,
      state: clipTransition(clip.id, clip.state, 'approve'),
      views: baselineOf(reading),
      approvedAt: this.#now,
      tries: 0,
      dueAt: nextReadingAt(terms.tracking, this.#now, this.#now),
      ...(by === undefined ? {} : { decidedBy: by }),
    };
    this.#observe(approved, reading.at, 'baseline', { views: reading.views });
    this.#told.push(clipNotification(approved, terms.currency, 'approved'));
    return { clip: clip.id, finding: 'baseline', currency: terms.currency, earned: 0n };
  }

  /** Pays what a clip's views are worth by now, as far as caps and budget go, and records the reading that led to it. */
  pay(
    clip: Clip,
    finding: Finding,
    reading: { readonly views?: bigint; readonly at: Date },
    growth: bigint,
    rate: number,
  ): Booked {
    const campaign = this.campaign(clip.campaign);
    const step = this.#stepOf(clip, campaign);
    const { earned, cutByBudget } = step;
    const forfeits = campaign.terms.whenSpent !== 'owe';
    const after: Clip = {
      ...clip,
      steps: clip.steps + (earned > 0n ? 1 : 0),
      earned: clip.earned + earned,
      forfeited: clip.forfeited + (forfeits ? cutByBudget : 0n),
    };
    if (earned > 0n) this.#credit(after, campaign, earned);
    const views = reading.views === undefined ? {} : { views: reading.views };
    this.#observe(after, reading.at, finding, { ...views, growth, rate, ...step });
    this.#spend(campaign, earned, growth, cutByBudget);
    return { clip: clip.id, finding, currency: campaign.terms.currency, earned };
  }

  #stepOf(clip: Clip, campaign: Campaign): ClipEarning {
    const { id, terms, rates } = campaign;
    const priced = clip.views?.priced ?? [];
    if (pricedViews(priced) < terms.minimumViews) return NOTHING;
    const worth = worthOf(priced, rates);
    const participantCap = terms.participantCap;
    const spend = this.#spends.get(spendKey(id, clip.participant))?.earned ?? 0n;
    return clipEarning({
      // No budget has more; what is cut off can then be told in 64 bits.
      worth: worth < MAX_MINOR ? worth : MAX_MINOR,
      earned: clip.earned,
      forfeited: clip.forfeited,
      ...(terms.clipCap === undefined ? {} : { clipCap: terms.clipCap }),
      ...(participantCap === undefined ? {} : { participantLeft: participantCap - spend }),
      budgetLeft: budgetLeft(campaign),
    });
  }

  /** Moves one step of a clip's earning out of the budget. Its id carries the number of the step. */
  #credit(clip: Clip, { id: campaign, terms }: Campaign, amount: bigint): void {
    const id = campaignIds.earning(clip, clip.steps);
    const { participant } = clip;
    const { currency, hold: rule } = terms;
    const hold: Hold | undefined =
      rule.completion || rule.days > 0
        ? {
            ...(rule.days > 0 ? { until: new Date(this.#now.getTime() + rule.days * DAY_MS) } : {}),
            ...(rule.completion ? { condition: COMPLETION } : {}),
          }
        : undefined;
    this.#transfers.push({
      id,
      debit: campaignAccount(campaign),
      credit: participantAccount(participant, hold === undefined ? 'available' : 'held'),
      currency,
      asked: amount,
      kind: 'earning',
      subject: clip.id,
    });
    this.#earnings.push({
      id,
      participant,
      currency,
      amount,
      kind: 'views',
      subject: clip.id,
      held: hold === undefined ? 0n : amount,
      released: hold === undefined ? amount : 0n,
      reversed: 0n,
      ...(hold === undefined ? {} : { hold }),
    });
    const key = spendKey(campaign, participant);
    const spend = this.#spends.get(key);
    if (spend === undefined) return;
    this.#spends.set(key, { ...spend, earned: spend.earned + amount });
    this.#changed.spends.add(key);
  }

  /** Books on the campaign what was spent, tells what part of the budget that reaches, and ends it where that is all. */
  #spend(campaign: Campaign, earned: bigint, growth: bigint, cutByBudget: bigint): void {
    const due = earned + cutByBudget;
    if (growth === 0n && due === 0n) return;
    const spent = campaign.spent + earned;
    const after: Campaign = {
      ...campaign,
      spent,
      recent: withSpend(campaign.recent, earned, this.#now),
      activeAt: growth > 0n ? this.#now : campaign.activeAt,
    };
    this.putCampaign(after);
    const budget = after.deposited - after.refunded;
    for (const percent of alertsBetween(campaign.spent, spent, budget))
      this.#told.push(alertOf(after, percent));
    if (after.terms.whenSpent === 'complete' && budgetLeft(after) === 0n && due > 0n) {
      this.complete(after, 'spent');
    }
  }

  /** Ends a campaign: from here on nothing is paid in it. Its clips are settled afterwards, page by page. */
  complete(campaign: Campaign, reason: CompletionReason): Campaign {
    const completed: Campaign = {
      ...campaign,
      state: campaignTransition(campaign.id, campaign.state, 'complete'),
      completedAt: this.#now,
      reason,
      dueAt: this.#now,
    };
    this.putCampaign(completed);
    this.#told.push(completionOf(completed));
    this.#completed.push(campaign.id);
    return completed;
  }

  putCampaign(campaign: Campaign): void {
    this.#campaigns.set(campaign.id, campaign);
    this.#changed.campaigns.add(campaign.id);
  }

  putClip(clip: Clip): void {
    this.#clips.set(clip.id, { ...clip, updatedAt: this.#now });
    this.#changed.clips.add(clip.id);
  }

  tell(notification: Notification): void {
    this.#told.push(notification);
  }

  /** Takes back what counts against the cap of a participant. */
  freeSpend({ campaign, participant }: Clip, amount: bigint): void {
    const key = spendKey(campaign, participant);
    const spend = this.#spends.get(key);
    if (spend === undefined || amount === 0n) return;
    this.#spends.set(key, { ...spend, earned: spend.earned > amount ? spend.earned - amount : 0n });
    this.#changed.spends.add(key);
  }

  /** There was no count. The clip is tried again later, and later each time. */
  #fruitless(
    clip: Clip,
    { terms }: Campaign,
    at: Date,
    count: Exclude<ViewCount, { kind: 'counted' }>,
  ): Booked {
    const tries = clip.tries + 1;
    const leastMs = count.kind === 'failed' ? (count.retryAfterMs ?? 0) : 0;
    const dueAt = retryAt(this.#context, tries, this.#now, leastMs);
    const reason = count.kind === 'failed' ? count.code : count.reason;
    this.#observe({ ...clip, tries, dueAt }, at, count.kind, { reason });
    return { clip: clip.id, finding: count.kind, reason, currency: terms.currency, earned: 0n };
  }

  #observe(clip: Clip, at: Date, finding: Finding, more: Partial<Observation>): void {
    const number = clip.observations + 1;
    this.putClip({ ...clip, observations: number });
    this.#observations.push({ clip: clip.id, number, at, finding, growth: 0n, rate: 0, ...NOTHING, ...more });
  }

  /** Writes everything, set by set. */
  async write(): Promise<void> {
    const { campaigns, clips, observations, ledger, earnings, outbox } = this.#unit;
    if (this.#observations.length > 0) await observations.add(this.#observations);
    if (this.#transfers.length > 0) {
      await ledger.post(this.#transfers);
      await earnings.add(this.#earnings);
    }
    if (this.#changed.clips.size > 0) await clips.update(valuesOf(this.#changed.clips, this.#clips));
    if (this.#changed.spends.size > 0)
      await campaigns.putSpends(valuesOf(this.#changed.spends, this.#spends));
    if (this.#changed.campaigns.size > 0)
      await campaigns.update(valuesOf(this.#changed.campaigns, this.#campaigns));
    if (this.#told.length > 0) await outbox.add(this.#told);
  }
}

/** What readings of a campaign's clips are judged by. */
export function rulesOf({ rates, terms: { viewsPerHour } }: Campaign): ReadingRules {
  return { rates, ...(viewsPerHour === undefined ? {} : { viewsPerHour }) };
}

/** Why a count that was read changes nothing, as a code, or nothing where it counts. */
function notCountedBecause(clip: Clip, campaign: Campaign, at: Date): string | undefined {
  const { endsAt, approval } = campaign.terms;
  if (campaign.state !== 'running') return `campaign_${campaign.state}`;
  if (endsAt !== undefined && at.getTime() >= endsAt.getTime()) return 'campaign_ended';
  if (clip.state === 'approved') return undefined;
  if (clip.state !== 'submitted') return `clip_${clip.state}`;
  return approval?.outcome === 'approve' && at.getTime() >= windowEnd(clip, approval.hours)
    ? undefined
    : 'clip_submitted';
}

/** When the time to decide on a clip is over, in milliseconds. */
export function windowEnd({ submittedAt }: Clip, hours: number): number {
  return submittedAt.getTime() + hours * HOUR_MS;
}

function spendKey(campaign: string, participant: string): string {
  return `${campaign}\n${participant}`;
}

function valuesOf<Value>(keys: ReadonlySet<string>, values: ReadonlyMap<string, Value>): readonly Value[] {
  return [...keys].flatMap((key) => values.get(key) ?? []);
}
