import type { PayoutEngineRules } from '../../engines/payouts/rules.ts';
import { currency } from '../../money/currency.ts';
import { STRICT_PAYOUT_REQUIREMENTS } from '../../payouts/rules.ts';
import type { FeeRule } from '../../payouts/fees.ts';
import type { ProviderCapabilities } from '../../ports/provider.ts';
import type { SimulatedProviderOptions } from '../../providers/simulated-provider.ts';
import type { Chance } from './chance.ts';
import type { Swarm } from './swarm.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** What a simulated provider promises in one seed. */
export type ProviderShape = Required<
  Pick<
    SimulatedProviderOptions,
    | 'id'
    | 'keys'
    | 'keyWindowMs'
    | 'replaysFirstAnswer'
    | 'lookup'
    | 'lookupDelayMs'
    | 'authoritative'
    | 'inFlightMs'
  >
>;

/** Who is paid, by whom and under which rules: what one seed is about, drawn before it begins. */
export interface Scenario {
  readonly programs: readonly string[];
  readonly participants: readonly string[];
  readonly workers: number;
  /** How many payouts are asked for. */
  readonly requests: number;
  readonly batches: number;
  readonly rules: PayoutEngineRules;
  /** What takes the rules' place in the middle of the run. */
  readonly laterRules: PayoutEngineRules;
  readonly providers: readonly ProviderShape[];
  /** Whether some are paid by hand. */
  readonly byHand: boolean;
  /** How far the provider's clock is ahead of true time. */
  readonly providerSkewMs: number;
}

/** The currencies of every scenario: one plain, one without places, one that its provider counts more coarsely. */
export const CURRENCIES: ProviderCapabilities['currencies'] = {
  USD: { currency: currency('USD'), exponent: 2, step: 1n, minimum: 50n },
  JPY: { currency: currency('JPY'), exponent: 0, step: 1n },
  KWD: { currency: currency('KWD'), exponent: 2, step: 1n },
};

/** Ids that a careless path, pattern or query would take apart. */
const ODD_IDS = ['u/1', 'u%2F1', "o'hara", 'ü☃', 'u 3', '__proto__', 'paid/sim'];

export function drawScenario(chance: Chance, swarm: Swarm, payouts: number): Scenario {
  const { between } = chance;
  const programs = swarm.times('two_programs') > 0 && chance.half() ? ['acme', 'bolt'] : ['acme'];
  if (programs.length > 1) swarm.count('two_programs');
  const participants = drawParticipants(chance);
  const providers = drawProviders(chance);
  // A batch opens a payout for each of the participants, and more for those who have several currencies.
  const batches = participants.length > 30 ? between(0, 2) : between(0, 3);
  const rules = drawRules(chance, providers);
  return {
    programs,
    participants,
    workers: between(1, 8),
    requests: Math.max(payouts >> 2, payouts - batches * participants.length),
    batches,
    rules,
    laterRules: { ...rules, fees: drawFees(chance), thresholds: drawThresholds(chance) },
    providers,
    byHand: chance.hits(20_000),
    providerSkewMs: between(-10_000, 10_000),
  };
}

function drawParticipants(chance: Chance): readonly string[] {
  const count = chance.between(5, 50);
  const odd = chance.between(0, 3);
  const start = chance.between(0, ODD_IDS.length - odd);
  return [
    ...ODD_IDS.slice(start, start + odd),
    ...Array.from({ length: count - odd }, (_, index) => `u${index + 1}`),
  ];
}

function drawProviders(chance: Chance): readonly ProviderShape[] {
  const stripeLike: ProviderShape = {
    id: 'sim',
    keys: true,
    keyWindowMs: chance.pick([12, 24, 24, 36]) * HOUR,
    replaysFirstAnswer: true,
    lookup: true,
    lookupDelayMs: chance.pick([0, MINUTE, 5 * MINUTE]),
    authoritative: true,
    inFlightMs: chance.pick([1, 2, 5]) * MINUTE,
  };
  const shapes: readonly ProviderShape[] = [
    stripeLike,
    { ...stripeLike, replaysFirstAnswer: false },
    { ...stripeLike, keys: false },
    { ...stripeLike, authoritative: false },
    { ...stripeLike, lookup: false, authoritative: false },
  ];
  const first = chance.hits(16_000) ? stripeLike : chance.pick(shapes);
  return chance.hits(26_000) ? [first, { ...chance.pick(shapes), id: 'bank' }] : [first];
}

function drawRules(chance: Chance, providers: readonly ProviderShape[]): PayoutEngineRules {
  const { between } = chance;
  const firstMs = between(5000, MINUTE);
  return {
    environment: 'test',
    thresholds: drawThresholds(chance),
    require: { ...STRICT_PAYOUT_REQUIREMENTS, noOpenPayout: chance.hits(8000) },
    approval: chance.pick([
      { mode: 'automatic' },
      { mode: 'automatic' },
      { mode: 'manual', fourEyes: true },
      { mode: 'manual', fourEyes: false },
    ]),
    destinationHoldDays: between(0, 2),
    fees: drawFees(chance),
    ...(chance.hits(22_000) && { caps: drawCaps(chance) }),
    retry: {
      firstMs,
      longestMs: firstMs + between(MINUTE, 3 * HOUR),
      // Mostly enough for every fault to end before a person is asked.
      triesMax: chance.pick([400, 400, 400, 8]),
      refusedMs: between(5 * MINUTE, 12 * HOUR),
      attemptsMax: chance.pick([3, 60, 60]),
    },
    runRefusalMs: between(MINUTE, HOUR),
    leaseMs: between(2 * MINUTE, 15 * MINUTE),
    marginMs: between(MINUTE, MINUTE + 30_000),
    allowManualReview: providers.some(({ keys, authoritative }) => !keys && !authoritative),
  };
}

function drawThresholds(chance: Chance): PayoutEngineRules['thresholds'] {
  return { currencies: { USD: { minimum: chance.amount(0, 500) } }, otherCurrencies: { minimum: 1n } };
}

function drawFees(chance: Chance): Readonly<Record<string, FeeRule>> {
  // One more place than there are rules: without a rule, it costs nothing.
  const rules: readonly FeeRule[] = [
    { bearer: 'participant', fixed: 30n, rate: '0.029', rounding: 'half-even' },
    { bearer: 'participant', fixed: 0n, rate: '0.01', rounding: 'ceiling', minimum: 25n, maximum: 200n },
    { bearer: 'platform', fixed: 25n, rate: '0.0025', rounding: 'half-up' },
  ];
  const fees: Record<string, FeeRule> = {};
  for (const code of Object.keys(CURRENCIES)) {
    const rule = rules[chance.between(0, rules.length)];
    if (rule !== undefined) fees[code] = rule;
  }
  return fees;
}

/** Low enough to be reached, and high enough for everything to be paid within the days that follow. */
function drawCaps(chance: Chance): NonNullable<PayoutEngineRules['caps']> {
  return {
    participant: { USD: chance.amount(12_000, 70_000) },
    ...(chance.half() && { program: { USD: chance.amount(400_000, 800_000) } }),
  };
}
