import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  boundaryOnOrAfter,
  type Currency,
  currency,
  type DateSchedule,
  isKnownCurrency,
  manualProvider,
  type PaymentProvider,
  periodAt,
  type ProviderCapabilities,
} from '../../../src/index.ts';
import { needsData } from '../../data-folder.ts';
import { amounts, by, DAY, openWorld, PROGRAM, type World } from './world.ts';

/** The systems that this engine must serve, run over weeks of their time by nothing but its public face. */

describe('creators paid on the 1st and the 15th, with a hold of seven days', () => {
  const schedule = { kind: 'semimonthly', timeZone: 'UTC' } as const;

  it('are paid what was seven days old then, in chunks of 25 with 5 at once, and daily where it did not work', async () => {
    let [underWay, most] = [0, 0];
    const world = await openWorld({
      rules: {
        thresholds: { currencies: { USD: { minimum: 1_000n } } },
      },
      provider: { latencyMs: () => 50 },
      wrap: (provider) => ({
        ...provider,
        send: async (request, signal) => {
          underWay += 1;
          most = Math.max(most, underWay);
          const outcome = await provider.send(request, signal);
          underWay -= 1;
          return outcome;
        },
      }),
    });
    const people = Array.from({ length: 60 }, (_, index) => `creator-${index}`);
    for (const participant of people) await world.enrol(participant);
    // One cannot be paid for three days after the first run.
    world.provider.setRecipient('wallet-of-creator-7', 'not_ready');

    const earned: { readonly participant: string; readonly amount: bigint; readonly at: number }[] = [];
    const opened = new Map<string, number>();
    const credit = async (participant: string, amount: bigint): Promise<void> => {
      const at = world.clock();
      await world.credit({ amount, participant, earnedAt: at, hold: { days: 7 } });
      earned.push({ participant, amount, at: at.getTime() });
    };
    await credit('creator-7', 2_000n);
    for (let day = 0; day < 46; day += 1) {
      const at = world.clock();
      for (const [index, participant] of people.entries()) {
        if ((index + day) % 9 !== 0) continue;
        await credit(participant, BigInt(101 + ((index * 37 + day * 11) % 400)));
      }
      await world.engine.release({ program: PROGRAM });
      const { id: key, start } = periodAt(schedule, at);
      if (start.getTime() === at.getTime()) {
        const { totals } = await world.engine.openBatch({ program: PROGRAM, key });
        opened.set(
          key,
          totals.reduce((sum, { count }) => sum + count, 0),
        );
      }
      if (key === '2026-10-15' && at.getUTCDate() === 18)
        world.provider.setRecipient('wallet-of-creator-7', 'ready');
      await world.process({ chunk: 25, concurrency: 5 });
      await world.pass(DAY - (world.clock().getTime() - at.getTime()));
    }

    expect([...opened.keys()]).toEqual(['2026-10-01', '2026-10-15', '2026-11-01', '2026-11-15']);
    expect(most).toBe(5);
    for (const participant of people) {
      // By hand: at each boundary, what is seven days old and unpaid, if it is ten dollars.
      const payouts: bigint[] = [];
      let paid = 0n;
      for (const key of opened.keys()) {
        const cutoff = Date.parse(key) - 7 * DAY;
        const due = earned.filter((one) => one.participant === participant && one.at <= cutoff);
        const payable = due.reduce((sum, { amount }) => sum + amount, 0n) - paid;
        if (payable < 1_000n) continue;
        payouts.push(payable);
        paid += payable;
      }
      const sent = world.provider.truth().filter((one) => one.participant === participant);
      expect(
        sent.map(({ amount }) => amount),
        participant,
      ).toEqual(payouts);
    }
    const tries = world.provider.requests().filter(({ request }) => request.participant === 'creator-7');
    expect(
      tries.slice(0, 4).map(({ request, at }) => [request.attempt, at.toISOString().slice(0, 10)]),
    ).toEqual([
      [1, '2026-10-15'],
      [2, '2026-10-16'],
      [3, '2026-10-17'],
      [4, '2026-10-18'],
    ]);
    await world.agree();
  });
});

describe('scout bounties and seller payouts in paise', () => {
  it('are approved, retried and cancelled by an admin', async () => {
    const world = await openWorld({
      rules: {
        thresholds: { currencies: { INR: { minimum: 50_000n } } },
        approval: { mode: 'manual', fourEyes: true },
        fees: { INR: { bearer: 'participant', fixed: 300n, rate: '0.0118', rounding: 'half-up' } },
      },
    });
    for (const participant of ['scout', 'seller', 'other']) {
      await world.enrol(participant, { destination: { id: `${participant}@upi`, version: 1 } });
    }
    const inr = { currency: 'INR' };
    await world.credit({
      ...inr,
      participant: 'scout',
      amount: 75_050n,
      kind: 'bounty',
      subject: 'bounty-7',
    });
    await world.credit({ ...inr, participant: 'seller', amount: 1_234_567n, kind: 'sale' });
    await world.credit({ ...inr, participant: 'other', amount: 49_999n, kind: 'bounty' });
    await expect(world.request({ ...inr, participant: 'other' })).rejects.toMatchObject({
      details: { reasons: ['below_threshold'] },
    });
    const bounty = await world.request({ ...inr, participant: 'scout' });
    const sale = await world.request({ ...inr, participant: 'seller', amount: 1_000_000n });
    // 300 + 75050 × 0.0118 = 300 + 885.59; 300 + 11800.
    expect([bounty.fee, sale.fee]).toEqual([1_186n, 12_100n]);
    for (const payout of [bounty, sale]) await world.engine.approve(by('admin', payout));

    await world.engine.cancel(by('admin', sale));
    expect(amounts(await world.balance('seller', 'INR'))).toMatchObject({
      available: 1_234_567n,
      reserved: 0n,
    });
    world.next.send.push({ name: 'refused_not_stored' });
    await world.process();
    expect((await world.payout(bounty.id)).state).toBe('failed');
    await expect(world.engine.cancel(by('admin', bounty))).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await world.engine.retry(by('admin', bounty));
    await world.process();
    expect(world.moved().map(({ amount, destination }) => [amount, destination])).toEqual([
      [73_864n, 'scout@upi'],
    ]);
    const whole = await world.request({ ...inr, participant: 'seller' });
    await world.engine.approve(by('admin', whole));
    await world.process();
    // 300 + 14567.8906
    expect(world.moved(whole.id).map(({ amount }) => amount)).toEqual([1_234_567n - 14_868n]);
    expect(amounts(await world.balance('seller', 'INR'))).toMatchObject({
      available: 0n,
      reserved: 0n,
      debt: 0n,
    });
    await world.agree();
  });
});

describe('tiers with thresholds of $50, $100, $1,000 and $200', () => {
  it('are paid by a batch once each has reached their own', async () => {
    const tiers = { bronze: 5_000n, silver: 10_000n, gold: 100_000n, platinum: 20_000n };
    const world = await openWorld({
      rules: { thresholds: { currencies: { USD: { minimum: 5_000n, tiers } } } },
    });
    for (const [tier, threshold] of Object.entries(tiers)) {
      for (const [suffix, amount] of [
        ['below', threshold - 1n],
        ['at', threshold],
      ] as const) {
        await world.enrol(`${tier}-${suffix}`, { tier });
        await world.credit({ amount, participant: `${tier}-${suffix}` });
      }
    }
    const report = await world.engine.openBatch({ program: PROGRAM, key: 'october' });
    expect(report).toMatchObject({ leftOut: 4, totals: [{ count: 4, amount: 135_000n }] });
    await world.process();
    expect(world.moved().map(({ destination, amount }) => [destination, amount])).toEqual([
      ['wallet-of-bronze-at', 5_000n],
      ['wallet-of-gold-at', 100_000n],
      ['wallet-of-platinum-at', 20_000n],
      ['wallet-of-silver-at', 10_000n],
    ]);
    for await (const rows of world.engine.leftOut({ program: PROGRAM, key: 'october' })) {
      expect(rows.map(({ participant, reasons }) => [participant, reasons])).toEqual(
        ['bronze', 'gold', 'platinum', 'silver'].map((tier) => [
          `${tier}-below`,
          [{ kind: 'below_threshold', missing: 1n }],
        ]),
      );
    }
    // A tier that changes changes the threshold.
    await world.enrol('gold-below', { tier: 'bronze' });
    await world.engine.openBatch({ program: PROGRAM, key: 'november' });
    await world.process();
    expect(world.moved().at(-1)).toMatchObject({ destination: 'wallet-of-gold-below', amount: 99_999n });
    await world.agree();
  });
});

describe('a minimum of $20, with approval, rejection and payment by hand', () => {
  it('is completed with a transaction id, and what is rejected can be asked for again', async () => {
    const usd: ProviderCapabilities['currencies'] = {
      USD: { currency: currency('USD'), exponent: 2, step: 1n },
    };
    const world = await openWorld({
      rules: {
        thresholds: { currencies: { USD: { minimum: 2_000n } } },
        approval: { mode: 'manual', fourEyes: true },
      },
    });
    const bank: PaymentProvider = manualProvider({ id: 'bank', environment: 'test', currencies: usd });
    const engine = world.engineWith({}, { providers: [bank] });
    const ask = (key: string) =>
      engine.request({ program: PROGRAM, key, participant: 'ann', currency: 'USD' });
    await world.credit({ amount: 1_999n });
    await expect(ask('a')).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
    await world.credit({ amount: 1n });
    const first = await ask('b');
    await expect(
      engine.completeManually({ ...by('olga', first), transaction: 'BANK-1' }),
    ).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await engine.reject({ ...by('olga', first), reason: 'please add your address' });
    const second = await ask('c');
    await engine.approve(by('olga', second));
    expect((await engine.process({ program: PROGRAM })).sent).toBe(0);
    const done = await engine.completeManually({ ...by('olga', second), transaction: 'BANK-1' });
    expect(done).toMatchObject({ state: 'completed', provider: 'bank', paid: 2_000n });
    expect(amounts(await world.balance())).toEqual({ available: 0n, reserved: 0n, paid: 2_000n, debt: 0n });

    await world.credit({ amount: 2_000n });
    const third = await ask('d');
    await engine.approve(by('olga', third));
    await expect(
      engine.completeManually({ ...by('olga', third), transaction: 'BANK-1' }),
    ).rejects.toMatchObject({ code: 'TRANSACTION_USED', details: { usedBy: second.id } });
    await engine.completeManually({ ...by('olga', third), transaction: 'BANK-2' });
    await world.agree();
  });
});

describe('published examples', () => {
  it('are what the engine does: the lifecycle of a commission at Tolt', async (ctx) => {
    const { vectors } = JSON.parse(
      readFileSync(needsData(ctx, 'worked-examples/tolt-commission-lifecycle.json'), 'utf8'),
    ) as { vectors: readonly ToltStep[] };
    const dayOf = (event: string): number => vectors.find((one) => one.event === event)?.day ?? NaN;
    const amountOf = (event: string): bigint =>
      BigInt(vectors.find((one) => one.event === event)?.amount_minor ?? NaN);
    const world = await openWorld();
    const commission = amountOf('created');
    const hold = { days: dayOf('delay ends') };
    const kept = await world.credit({
      amount: commission,
      kind: 'commission',
      earnedAt: world.clock(),
      hold,
    });
    const refunded = await world.credit({
      amount: commission,
      kind: 'commission',
      earnedAt: world.clock(),
      hold,
    });
    const refund = (key: string, earning: string) =>
      world.engine.reverse({ program: PROGRAM, key, earning, reason: 'refund' });

    await passTo(world, dayOf('refund while unpaid'));
    await refund('early', refunded.id);
    expect(await world.balance()).toMatchObject({ held: commission, available: 0n, lifetime: commission });
    await passTo(world, dayOf('delay ends'));
    await world.engine.release({ program: PROGRAM });
    expect(await world.balance()).toMatchObject({ held: 0n, available: amountOf('delay ends') });
    await passTo(world, dayOf('payout'));
    const payout = await world.request();
    await world.process();
    expect(world.moved().map(({ amount }) => amount)).toEqual([amountOf('payout')]);
    await passTo(world, dayOf('refund after paid'));
    await refund('late', kept.id);
    const after = vectors.find((one) => one.event === 'refund after paid')?.new_commission_minor ?? NaN;
    expect((await world.balance()).debt).toBe(-BigInt(after));
    // The one that was paid is never edited.
    expect(await world.payout(payout.id)).toMatchObject({
      state: 'completed',
      paid: commission,
      returned: 0n,
    });
    await world.agree();

    const batch = vectors.find((one) => one.minimum_payout_minor !== undefined);
    if (batch?.minimum_payout_minor === undefined) throw new Error('one example is of a minimum');
    const minimum = BigInt(batch.minimum_payout_minor);
    const other = await openWorld({ rules: { thresholds: { currencies: { USD: { minimum } } } } });
    const each = BigInt(batch.each_minor ?? NaN);
    for (let count = 0; count < (batch.approved ?? 0); count += 1) {
      expect((await other.engine.openBatch({ program: PROGRAM, key: `after ${count}` })).totals).toEqual([]);
      await other.credit({ amount: each, kind: 'commission' });
    }
    const { totals } = await other.engine.openBatch({ program: PROGRAM, key: 'October 1 to 15' });
    expect(totals.map(({ amount }) => amount)).toEqual([BigInt(batch.expected_total_minor ?? NaN)]);
  });

  it('are what the engine does: the payout calendar of Gumroad', async (ctx) => {
    const {
      params,
      vectors,
      amounts: sums,
    } = JSON.parse(
      readFileSync(needsData(ctx, 'worked-examples/gumroad-payout-schedule.json'), 'utf8'),
    ) as GumroadExamples;
    const weekly: DateSchedule = { kind: 'weekly', weekday: 'friday', timeZone: 'UTC' };
    const schedules: Readonly<Record<string, DateSchedule>> = {
      weekly,
      'monthly (last Friday)': { kind: 'last-weekday', weekday: 'friday', of: 'month', timeZone: 'UTC' },
      'quarterly (last Friday)': { kind: 'last-weekday', weekday: 'friday', of: 'quarter', timeZone: 'UTC' },
    };
    const firstPaid = async (
      schedule: DateSchedule,
      { today, unpaid, paid_today: paidToday }: GumroadCase,
    ) => {
      const start = new Date(`${today}T00:00:00Z`);
      const world = await openWorld({
        start,
        rules: { thresholds: { currencies: { USD: { minimum: BigInt(params.min_minor) } } } },
      });
      for (const [date, minor] of unpaid) {
        const earnedAt = new Date(`${date}T00:00:00Z`);
        await world.credit({ amount: BigInt(minor), earnedAt, hold: { days: params.delay_days } });
      }
      let from = paidToday === true ? new Date(start.getTime() + DAY) : start;
      for (let count = 0; count < 3; count += 1) {
        const { date, instant } = boundaryOnOrAfter(schedule, from.toISOString().slice(0, 10));
        await world.pass(instant.getTime() - world.clock().getTime());
        await world.engine.release({ program: PROGRAM });
        await world.engine.openBatch({ program: PROGRAM, key: date });
        await world.process();
        const [payment] = world.moved();
        if (payment !== undefined) return { date, amount: payment.amount };
        from = new Date(instant.getTime() + DAY);
      }
      return undefined;
    };
    for (const example of vectors) {
      const schedule = schedules[example.frequency];
      if (schedule === undefined) throw new Error(`no schedule for ${example.frequency}`);
      const paid = await firstPaid(schedule, example);
      expect(paid?.date ?? null, `${example.frequency}, ${example.today}`).toBe(example.expected);
    }
    for (const example of sums) {
      expect(await firstPaid(weekly, example)).toEqual({
        date: example.payout_date,
        amount: BigInt(example.expected_minor),
      });
    }
  });

  it('are what the engine does: the minimums of Polar, and whole units where only they are paid', async (ctx) => {
    const { table, whole_unit_currencies: whole } = JSON.parse(
      readFileSync(needsData(ctx, 'worked-examples/polar-minimum-payouts.json'), 'utf8'),
    ) as PolarExamples;
    const rules = {
      thresholds: {
        currencies: Object.fromEntries([
          ...['USD', 'EUR', 'GBP'].map((code) => [code, { minimum: BigInt(Number(table[code])) }] as const),
          // Their minimum is told in dollars; here the smallest unit that is paid suffices.
          ...whole.map((code) => [code, { minimum: 1n }] as const),
        ]),
      },
    };
    const step = (code: string): bigint => (whole.includes(code) ? 10n ** BigInt(known(code).exponent) : 1n);
    const codes = ['USD', 'EUR', 'GBP', ...whole];
    const currencies: ProviderCapabilities['currencies'] = Object.fromEntries(
      codes.map((code) => [
        code,
        { currency: known(code), exponent: known(code).exponent, step: step(code) },
      ]),
    );
    const world = await openWorld({ rules, provider: { currencies } });
    for (const code of codes) {
      const minimum = rules.thresholds.currencies[code]?.minimum ?? 0n;
      if (minimum > 1n) {
        await world.credit({ currency: code, amount: minimum - 1n });
        await expect(world.request({ currency: code })).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
        await world.credit({ currency: code, amount: 1n });
        expect((await world.request({ currency: code })).amount).toBe(minimum);
        continue;
      }
      await world.credit({ currency: code, amount: 12_345n });
      const rest = 12_345n % step(code);
      expect((await world.request({ currency: code })).amount).toBe(12_345n - rest);
      await world.process();
      expect((await world.balance('ann', code)).available).toBe(rest);
      // The fraction goes with the next payout.
      await world.credit({ currency: code, amount: step(code) - rest });
      expect((await world.request({ currency: code })).amount).toBe(step(code));
    }
    await world.process();
    await world.agree();
  });
});

function known(code: string): Currency {
  if (!isKnownCurrency(code)) throw new Error(`${code} is not known`);
  return currency(code);
}

async function passTo(world: World, day: number): Promise<void> {
  await world.pass(Date.UTC(2026, 9, 1) + day * DAY - world.clock().getTime());
}

interface ToltStep {
  readonly day?: number;
  readonly event?: string;
  readonly amount_minor?: number;
  readonly new_commission_minor?: number;
  readonly minimum_payout_minor?: number;
  readonly approved?: number;
  readonly each_minor?: number;
  readonly expected_total_minor?: number;
}

interface GumroadCase {
  readonly today: string;
  readonly unpaid: readonly (readonly [date: string, minor: number])[];
  readonly paid_today?: boolean;
}

interface GumroadExamples {
  readonly params: { readonly delay_days: number; readonly min_minor: number };
  readonly vectors: readonly (GumroadCase & {
    readonly frequency: string;
    readonly expected: string | null;
  })[];
  readonly amounts: readonly (GumroadCase & {
    readonly payout_date: string;
    readonly expected_minor: number;
  })[];
}

interface PolarExamples {
  readonly table: Readonly<Record<string, unknown>>;
  readonly whole_unit_currencies: readonly string[];
}
