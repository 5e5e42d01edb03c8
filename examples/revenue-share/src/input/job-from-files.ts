import {
  assertId,
  checkPayoutRules,
  checkReferralRules,
  compileScoring,
  type Currency,
  DEFAULT_SCORING_RULES,
  parseMoney,
  parseRate,
  type ReferralRules,
  type RevenueShareRules,
  type RevenueSource,
  type ScoringRules,
} from '@payout-engines/core';
import type { Job } from '../job.ts';
import type { InputOptions } from '../options.ts';
import { directoryOf } from './directory.ts';
import { at, UsageError } from './errors.ts';
import { eventsFile } from './events-file.ts';
import { parseChoice, parseCurrency, parsePairs, parseRevenue, parseWhole } from './option-values.ts';
import { readParticipants } from './participants-file.ts';
import { readReferrals } from './referrals-file.ts';
import { readRevenues } from './revenues-file.ts';
import { assertReadable, type FileOptions } from './rows.ts';
import { calendarOf } from './schedule-options.ts';

/** The job that the command line describes. Reads all files but the events, which are read when they are recorded. */
export async function jobFromFiles(
  events: string,
  options: InputOptions,
  onBadLine: FileOptions['onBadLine'],
): Promise<Job> {
  const timeZone = options['time-zone'] ?? 'UTC';
  const program = options.program ?? 'revenue-share';
  at('--program', () => assertId(program, 'program'));
  const currency = at('--currency', () => parseCurrency(required(options, 'currency')));
  const scoring = scoringOf(options);
  const referralRules = referralRulesOf(options);
  const calendar = calendarOf(options, timeZone);
  const payoutRules = payoutRulesOf(options, currency);
  for (const file of [events, options.participants, options.referrals, options.revenues]) {
    if (file !== undefined) await assertReadable(file);
  }
  const files: FileOptions = { ignored: new Set(options['ignore-column']), onBadLine };
  const { sources, revenue } = await revenueOf(options, currency, files);
  const participants =
    options.participants === undefined ? undefined : await readParticipants(options.participants, files);
  const referrals =
    options.referrals === undefined ? undefined : await readReferrals(options.referrals, timeZone, files);
  const rules: RevenueShareRules = {
    currency,
    revenue: sources,
    scoring,
    ...(referralRules === undefined ? {} : { referrals: referralRules }),
    hold: {
      days: parseWhole('hold-days', options['hold-days'] ?? '0'),
      untilVerified: options['hold-until-verified'] === true,
    },
    idOrder: parseChoice('id-order', options['id-order'] ?? 'code-unit', ['code-unit', 'numeric']),
  };
  const kinds = new Set(Object.keys(scoring.weights));
  return {
    program,
    currency,
    rules,
    revenue,
    directory: directoryOf(participants, referrals),
    events: eventsFile(events, { kinds, calendar, timeZone }, files),
    calendar,
    payoutRules,
    pageSize: options['page-size'] === undefined ? undefined : parseWhole('page-size', options['page-size']),
  };
}

function required(options: InputOptions, name: 'currency'): string {
  const value = options[name];
  if (value === undefined) throw new UsageError(`--${name} is missing`);
  return value;
}

/** The weights given, or the defaults when none is. Given ones replace all defaults: no weight comes from nowhere. */
function scoringOf(options: InputOptions): ScoringRules {
  const weights = parsePairs('weight', options.weight ?? []);
  const ownActs = parsePairs('own-acts', options['own-acts'] ?? []);
  const caps = parsePairs('cap', options.cap ?? []);
  const scoring: ScoringRules = {
    weights: weights.size === 0 ? DEFAULT_SCORING_RULES.weights : Object.fromEntries(weights),
    ownActsCount: Object.fromEntries(
      [...ownActs].map(([kind, answer]) => [kind, parseChoice('own-acts', answer, ['yes', 'no']) === 'yes']),
    ),
    caps: Object.fromEntries([...caps].map(([kind, cap]) => [kind, parseWhole('cap', cap)])),
  };
  at('--weight, --own-acts, --cap', () => compileScoring(scoring));
  return scoring;
}

function referralRulesOf(options: InputOptions): ReferralRules | undefined {
  const { referrals, 'bonus-rate': rates, 'bonus-funded-by': funder } = options;
  if (referrals === undefined) {
    if (rates !== undefined || funder !== undefined) throw new UsageError('bonuses need --referrals FILE');
    return undefined;
  }
  const rules: ReferralRules = {
    rates: rates ?? ['0.05'],
    fundedBy: parseChoice('bonus-funded-by', funder ?? 'platform', ['platform', 'pool']),
  };
  at('--bonus-rate', () => checkReferralRules(rules));
  return rules;
}

/** The least that is paid out, and only to those who take part and are verified; where it goes to is not asked here. */
function payoutRulesOf({ minimum = '0' }: InputOptions, currency: Currency): Job['payoutRules'] {
  return at('--minimum', () =>
    checkPayoutRules({
      thresholds: { currencies: { [currency.code]: { minimum: parseMoney(minimum, currency).minor } } },
      require: { active: true, verified: true, destination: false, noOpenPayout: false },
    }),
  );
}

interface RevenueOfJob {
  readonly sources: RevenueShareRules['revenue'];
  readonly revenue: RevenueSource;
}

async function revenueOf(
  options: InputOptions,
  currency: Currency,
  files: FileOptions,
): Promise<RevenueOfJob> {
  const { revenue: texts = [], revenues: file } = options;
  if ((texts.length === 0) === (file === undefined)) {
    throw new UsageError('give the revenue of each period: --revenue SOURCE=AMOUNT@RATE, or --revenues FILE');
  }
  return file === undefined ? sameForAll(texts, options, currency) : fromFile(file, options, currency, files);
}

/** Every period of the run shares the same revenue. */
function sameForAll(texts: readonly string[], options: InputOptions, currency: Currency): RevenueOfJob {
  if (options.rate !== undefined) {
    throw new UsageError('--rate goes with --revenues; with --revenue write SOURCE=AMOUNT@RATE');
  }
  // By name, so that the digest of a plan does not depend on the order of the options.
  const given = texts
    .map((text) => parseRevenue(text, currency))
    .sort((left, right) => (left.source < right.source ? -1 : 1));
  const amounts = new Map(given.map(({ source, amount }) => [source, amount]));
  if (amounts.size !== given.length) throw new UsageError('--revenue is given twice for one source');
  return {
    sources: given.map(({ source, rate }) => ({ source, rate: checkedRate(source, rate) })),
    revenue: {
      revenue: async (_program, _period, sources) =>
        Promise.resolve(sources.map((name) => amounts.get(name))),
    },
  };
}

async function fromFile(
  file: string,
  options: InputOptions,
  currency: Currency,
  files: FileOptions,
): Promise<RevenueOfJob> {
  const rates = parsePairs('rate', options.rate ?? []);
  const { sources, revenue } = await readRevenues(file, currency, files);
  const named = rates.size === 0 ? sources : [...rates.keys()].sort();
  const unnamed = sources.find((source) => !named.includes(source));
  if (unnamed !== undefined)
    throw new UsageError(`--rate is missing for the source ${unnamed} of --revenues`);
  return {
    sources: named.map((source) => ({ source, rate: checkedRate(source, rates.get(source) ?? '1') })),
    revenue,
  };
}

function checkedRate(source: string, rate: string): string {
  at(`the rate of ${source}`, () => {
    assertId(source, 'source');
    parseRate(rate);
  });
  return rate;
}
