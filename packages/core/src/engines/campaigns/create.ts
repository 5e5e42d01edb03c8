import { type Campaign, type CampaignTerms } from '../../campaigns/campaign.ts';
import { assertCampaign } from '../../campaigns/assert-campaign.ts';
import { DEFAULT_TRACKING } from '../../campaigns/tracking.ts';
import { PayoutError } from '../../errors.ts';
import { type DecimalInput, formatDecimal, parseDecimal } from '../../money/decimal.ts';
import { createCampaignSchema } from '../../schemas/campaign-requests.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import type { CampaignContext } from './context.ts';
import { endOf } from './ends.ts';
import type { CreateCampaignRequest } from './requests.ts';

/** Creates a campaign, without money yet. See `Campaigns.create`. */
export async function createCampaign(
  { store }: CampaignContext,
  input: CreateCampaignRequest,
): Promise<Campaign> {
  const { program, id, by, ratePerThousand, ...promised } = parseInput(createCampaignSchema, input);
  const terms: CampaignTerms = {
    minimumViews: 0n,
    hold: { completion: true, days: 0 },
    whenSpent: 'complete',
    tracking: DEFAULT_TRACKING,
    ...promised,
  };
  const perThousand = rateOf(ratePerThousand);
  return store.transact(program, async (unit) => {
    await unit.locks.take([`campaign/${id}`]);
    const [stored] = await unit.campaigns.find([id]);
    if (stored !== undefined) return assertSame(stored, terms, perThousand);
    const now = await unit.now();
    const campaign: Campaign = {
      id,
      terms,
      createdAt: now,
      state: 'draft',
      rates: [{ perThousand, from: now, by }],
      deposited: 0n,
      refunded: 0n,
      spent: 0n,
      recent: [],
      activeAt: now,
      dueAt: now,
    };
    assertCampaign(campaign);
    const created = { ...campaign, dueAt: endOf(campaign).at };
    await unit.campaigns.add([created]);
    return created;
  });
}

/**
 * A rate, in its one spelling.
 *
 * @throws {@link PayoutError} with code `INVALID_DECIMAL` or `INVALID_INPUT`
 */
export function rateOf(input: DecimalInput): string {
  const rate = parseDecimal(input);
  if (rate.coefficient > 0n) return formatDecimal(rate);
  throw new PayoutError('INVALID_INPUT', {
    issues: [{ path: 'ratePerThousand', reason: 'it must be above zero' }],
  });
}

function assertSame(stored: Campaign, terms: CampaignTerms, perThousand: string): Campaign {
  const isSame = stored.rates[0]?.perThousand === perThousand && canonical(stored.terms) === canonical(terms);
  if (!isSame) throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'campaign', id: stored.id });
  return stored;
}

/** Terms as text, in whatever order their fields were given. */
function canonical(terms: CampaignTerms): string {
  const { hold, approval, tracking, platforms, ...plain } = terms;
  const fields = Object.entries(plain).map(([name, value]) =>
    JSON.stringify([name, value instanceof Date ? value.toISOString() : value.toString()]),
  );
  return JSON.stringify([
    fields.sort(),
    [hold.completion, hold.days],
    [approval?.hours ?? null, approval?.outcome ?? null],
    [tracking.everyMs, tracking.slowAfterMs, tracking.longestMs],
    [...platforms].sort(),
  ]);
}
