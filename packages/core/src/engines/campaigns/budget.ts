import { budgetLeft, type Campaign } from '../../campaigns/campaign.ts';
import { nextCampaignState } from '../../campaigns/campaign-states.ts';
import { PayoutError } from '../../errors.ts';
import { campaignAccount } from '../../ledger/account.ts';
import { inRange } from '../../money/range.ts';
import { depositSchema, refundSchema } from '../../schemas/campaign-requests.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { Book } from './book.ts';
import type { CampaignContext } from './context.ts';
import { campaignIds } from './ids.ts';
import type { DepositRequest, RefundRequest } from './requests.ts';

/** Puts money into a campaign. See `Campaigns.deposit`. */
export async function deposit(context: CampaignContext, input: DepositRequest): Promise<Campaign> {
  const { program, campaign: id, key, amount, currency } = parseInput(depositSchema, input);
  inRange(amount);
  return context.store.transact(program, async (unit) => {
    const book = await Book.open(context, unit, [id], []);
    const campaign = book.campaign(id);
    if (currency !== campaign.terms.currency) {
      throw new PayoutError('CURRENCY_MISMATCH', { left: campaign.terms.currency, right: currency });
    }
    const transfer = campaignIds.deposit(id, key);
    const [posted] = await unit.ledger.find([transfer]);
    if (posted === undefined && campaign.state === 'completed') {
      throw new PayoutError('WRONG_CAMPAIGN_STATE', { campaign: id, state: 'completed', action: 'deposit' });
    }
    // Posted again, it is compared: the same key with another amount is refused.
    await unit.ledger.post([
      {
        id: transfer,
        debit: 'funding',
        credit: campaignAccount(id),
        currency,
        asked: amount,
        kind: 'deposit',
        subject: id,
      },
    ]);
    if (posted !== undefined) return campaign;
    const funded: Campaign = {
      ...campaign,
      state: nextCampaignState(campaign.state, 'fund') ?? campaign.state,
      deposited: inRange(campaign.deposited + amount),
    };
    book.putCampaign(funded);
    await book.write();
    return funded;
  });
}

/** Gives back what is left of a campaign that is not running. See `Campaigns.refund`. */
export async function refund(context: CampaignContext, input: RefundRequest): Promise<Campaign> {
  const { program, campaign: id, key, amount } = parseInput(refundSchema, input);
  return context.store.transact(program, async (unit) => {
    const book = await Book.open(context, unit, [id], []);
    const campaign = book.campaign(id);
    const transfer = campaignIds.refund(id, key);
    const [posted] = await unit.ledger.find([transfer]);
    if (posted !== undefined) {
      if (amount === undefined || amount === posted.asked) return campaign;
      throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'transfer', id: transfer });
    }
    if (campaign.state === 'running') {
      throw new PayoutError('WRONG_CAMPAIGN_STATE', { campaign: id, state: 'running', action: 'refund' });
    }
    const left = budgetLeft(campaign);
    const asked = amount ?? left;
    if (asked > left || asked === 0n) {
      throw new PayoutError('INSUFFICIENT_FUNDS', { transfer, account: campaignAccount(id) });
    }
    await unit.ledger.post([
      {
        id: transfer,
        debit: campaignAccount(id),
        credit: 'funding',
        currency: campaign.terms.currency,
        asked,
        kind: 'deposit',
        subject: id,
      },
    ]);
    const refunded = { ...campaign, refunded: campaign.refunded + asked };
    book.putCampaign(refunded);
    await book.write();
    return refunded;
  });
}
