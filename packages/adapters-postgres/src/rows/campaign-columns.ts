import type { Campaign, CampaignState, CompletionReason } from '@payout-engines/core';
import {
  campaignRatesText,
  campaignTermsText,
  dailySpendText,
  readCampaignRates,
  readCampaignTerms,
  readDailySpend,
} from '@payout-engines/core/schemas';
import { Columns } from '../session/columns.ts';
import { instantColumn, integerColumn, keyColumn, RowSet, textColumn } from '../session/row-set.ts';
import { anyText, milliseconds } from '../session/statement.ts';

const STATES: Readonly<Record<CampaignState, true>> = {
  draft: true,
  running: true,
  paused: true,
  completed: true,
};

const REASONS: Readonly<Record<CompletionReason, true>> = {
  spent: true,
  ended: true,
  idle: true,
  operator: true,
};

const CREATED = {
  id: keyColumn<Campaign>(({ id }) => id),
  currency: textColumn<Campaign>(({ terms }) => terms.currency),
  terms: textColumn<Campaign>(({ terms }) => campaignTermsText(terms)),
  created_at: instantColumn<Campaign>(({ createdAt }) => createdAt),
};

const CHANGES = {
  state: textColumn<Campaign>(({ state }) => state),
  rates: textColumn<Campaign>(({ rates }) => campaignRatesText(rates)),
  deposited: integerColumn<Campaign>(({ deposited }) => deposited),
  refunded: integerColumn<Campaign>(({ refunded }) => refunded),
  spent: integerColumn<Campaign>(({ spent }) => spent),
  recent: textColumn<Campaign>(({ recent }) => dailySpendText(recent)),
  active_at: instantColumn<Campaign>(({ activeAt }) => activeAt),
  due_at: instantColumn<Campaign>(({ dueAt }) => dueAt),
  completed_at: instantColumn<Campaign>(({ completedAt }) => completedAt),
  reason: textColumn<Campaign>(({ reason }) => reason),
};

export const NEW_CAMPAIGNS = new RowSet<Campaign>('campaign', { ...CREATED, ...CHANGES });

/** The same rows, of campaigns that are stored and locked. By ON CONFLICT, which goes by key whatever the planner thinks. */
export const CHANGED_CAMPAIGNS = new RowSet<Campaign>(
  'campaign',
  { ...CREATED, ...CHANGES },
  `ON CONFLICT (program, id) DO UPDATE
   SET ${Object.keys(CHANGES)
     .map((name) => `${name} = excluded.${name}`)
     .join(', ')}`,
);

/** What {@link readCampaign} reads. */
export const CAMPAIGN_COLUMNS = `${anyText('id')}, ${anyText('terms')}, ${milliseconds('created_at')}, state,
  ${anyText('rates')}, deposited, refunded, spent, ${anyText('recent')}, ${milliseconds('active_at')},
  ${milliseconds('due_at')}, ${milliseconds('completed_at')}, reason`;

export function readCampaign(row: unknown): Campaign {
  const columns = new Columns(row);
  const campaign = {
    id: columns.text(),
    terms: readCampaignTerms(columns.text()),
    createdAt: columns.instant(),
    state: columns.word(STATES),
    rates: readCampaignRates(columns.text()),
    deposited: columns.bigint(),
    refunded: columns.bigint(),
    spent: columns.bigint(),
    recent: readDailySpend(columns.text()),
    activeAt: columns.instant(),
    dueAt: columns.instant(),
  };
  const completedAt = columns.optionalInstant();
  const reason = columns.optionalWord(REASONS);
  return completedAt === undefined || reason === undefined ? campaign : { ...campaign, completedAt, reason };
}
