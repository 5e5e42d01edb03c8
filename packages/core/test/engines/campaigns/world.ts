import {
  type Account,
  type Campaigns,
  campaigns,
  type CreateCampaignRequest,
  memoryStore,
  type Notification,
  type Store,
  verify,
  type ViewCount,
  type ViewSource,
} from '../../../src/index.ts';

export const P = 'clips';
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const START = Date.UTC(2026, 0, 1);

/** A campaign engine over a store, a clock that stands still until it is moved, and counts that a test writes. */
export class CampaignWorld {
  now = START;
  /** What the source says of a content. */
  readonly counts = new Map<string, ViewCount>();
  /** How often the source was asked, and for how many clips each time. */
  readonly asked: number[] = [];
  readonly store: Store;
  readonly engine: Campaigns;
  batchSize = 50;
  /** Set, the source throws it. */
  broken: Error | undefined;

  constructor(store?: Store) {
    this.store = store ?? memoryStore({ clock: () => new Date(this.now) });
    this.engine = campaigns({ store: this.store, sources: [this.source()], random: () => 0 });
  }

  source(): ViewSource {
    return {
      id: 'test',
      platforms: ['youtube', 'tiktok'],
      batchSize: this.batchSize,
      views: async (queries) => {
        this.asked.push(queries.length);
        if (this.broken !== undefined) throw this.broken;
        return queries.map(
          ({ content }) => this.counts.get(content) ?? { kind: 'unknown', reason: 'missing' },
        );
      },
    };
  }

  pass(ms: number): void {
    this.now += ms;
  }

  count(clip: string, views: bigint | number): void {
    this.counts.set(videoOf(clip), { kind: 'counted', views: BigInt(views) });
  }

  /** A running campaign with a budget. */
  async campaign(id: string, budget: bigint, more: Partial<CreateCampaignRequest> = {}): Promise<void> {
    await this.engine.create({
      program: P,
      id,
      by: 'olga',
      currency: 'USD',
      ratePerThousand: 1000,
      platforms: ['youtube'],
      idleDays: 30,
      ...more,
    });
    if (budget > 0n) {
      await this.engine.deposit({
        program: P,
        campaign: id,
        key: 'd1',
        amount: budget,
        currency: more.currency ?? 'USD',
      });
    }
  }

  /** An approved clip with a baseline. Gives its id. */
  async clip(
    campaign: string,
    name: string,
    baseline: bigint | number,
    participant = 'ann',
  ): Promise<string> {
    const id = await this.submitted(campaign, name, participant);
    this.count(name, baseline);
    await this.engine.approveClip({ program: P, clip: id, by: 'olga' });
    return id;
  }

  async submitted(campaign: string, name: string, participant = 'ann'): Promise<string> {
    const url = `https://www.youtube.com/watch?v=${videoOf(name)}`;
    return (await this.engine.submitClip({ program: P, campaign, participant, url })).id;
  }

  /** Reads a clip now and gives what that paid. */
  async read(clip: string, views: bigint | number, at = this.now): Promise<bigint> {
    const [booked] = await this.engine.record({
      program: P,
      readings: [{ clip, views: BigInt(views), at: new Date(at) }],
    });
    return booked?.earned ?? -1n;
  }

  async clipOf(id: string) {
    return (await this.engine.explain({ program: P, clip: id })).clip;
  }

  async balance(account: Account): Promise<bigint> {
    return this.store.transact(P, async (unit) => {
      const [balance] = await unit.ledger.balances([{ account, currency: 'USD' }]);
      return balance ?? 0n;
    });
  }

  /** Everything that was told, oldest first. */
  async told(): Promise<readonly Notification[]> {
    return this.store.transact(P, (unit) => unit.outbox.lease(100_000, 1));
  }

  /** The budget is spent plus left in the books of the campaign and in the ledger; and all books are right. */
  async assertBooks(campaign: string): Promise<{ spent: bigint; left: bigint }> {
    const { campaign: row, left, spent } = await this.engine.statistics({ program: P, campaign });
    const account = await this.balance(`campaign/${campaign}`);
    if (account !== left) throw new Error(`the account has ${account}, the campaign ${left}`);
    if (row.deposited - row.refunded !== spent + left) throw new Error('the budget is not spent plus left');
    const verification = await verify(this.store, P);
    if (!verification.ok)
      throw new Error(JSON.stringify(verification.problems, (_, v) => (typeof v === 'bigint' ? `${v}` : v)));
    return { spent, left };
  }
}

/** An id as YouTube gives them, for a name. */
export function videoOf(name: string): string {
  return name.padStart(10, '-') + 'A';
}
