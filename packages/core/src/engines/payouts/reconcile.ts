import type { Movement, Payout } from '../../payouts/payout.ts';
import type { PaymentObject, PaymentProvider } from '../../ports/provider.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { reconcileSchema } from '../../schemas/payouts.ts';
import { codeOf } from './code-of.ts';
import type { PayoutContext } from './context.ts';
import { Pace } from './pace.ts';
import { type Accounts, accountsOf } from './provider-accounts.ts';
import type { Disagreement, ReconcileReport } from './results.ts';
import { type Finding, settleWithin } from './settle-findings.ts';
import { Tally } from './tally.ts';

/** So many payouts are looked up, settled and compared together. */
const CHUNK = 25;
/** So many lookups are under way at once. */
const CONCURRENCY = 5;
/** A payment bears the provider's own time, which may be so far from that of the store. */
const CLOCKS_APART_MS = 3_600_000;

/**
 * Compares the books with the providers, both ways. See `Payouts.reconcile`. What a provider shows is evidence and is
 * booked; what it does not show is only reported, because not being seen proves nothing.
 */
export async function reconcile(
  context: PayoutContext,
  input: { readonly program: string; readonly since: Date },
): Promise<ReconcileReport> {
  const { program, since } = parseInput(reconcileSchema, input);
  const reconciliation = new Reconciliation(context, program, await accountsOf(context, new Tally()));
  for (const provider of context.providers.values()) {
    if (provider.capabilities.manual !== true) await reconciliation.theirs(provider, since);
  }
  await reconciliation.ours(since);
  const { report } = reconciliation;
  const { settled, disagreements, errors } = report;
  context.observe({
    kind: 'reconciled',
    program,
    settled,
    disagreements: disagreements.length,
    errors: errors.length,
  });
  return report;
}

class Reconciliation {
  readonly #context: PayoutContext;
  readonly #program: string;
  readonly #accounts: Accounts;
  readonly #pace: Pace;
  /** The amounts of the objects of each provider that were seen there. */
  readonly #seen = new Map<string, bigint>();
  /** Providers that have listed all that was paid since the instant. */
  readonly #listed = new Set<string>();
  readonly #disagreements = new Map<string, Disagreement>();
  readonly #errors = new Map<string, string>();
  #looked = 0;
  #settled = 0;

  constructor(context: PayoutContext, program: string, accounts: Accounts) {
    this.#context = context;
    this.#program = program;
    this.#accounts = accounts;
    this.#pace = new Pace(context.timers);
  }

  get report(): ReconcileReport {
    return {
      looked: this.#looked,
      settled: this.#settled,
      disagreements: [...this.#disagreements.values()],
      errors: [...this.#errors].map(([payout, code]) => ({ payout, code })),
    };
  }

  /** Goes through what the provider has, where it can list it. */
  async theirs(provider: PaymentProvider, since: Date): Promise<void> {
    if (provider.list === undefined || !this.#accounts.has(provider.id)) return;
    try {
      for await (const objects of provider.list(since)) await this.#settle(provider, objects);
      this.#listed.add(provider.id);
    } catch (error) {
      this.#errors.set(provider.id, codeOf(error, 'list_failed'));
    }
  }

  /** Goes through what the books have: what was paid, and what nobody could decide or was concluded without proof. */
  async ours(since: Date): Promise<void> {
    const touched = await this.#touchedSince(since);
    for (const provider of this.#context.providers.values()) {
      const account = this.#accounts.get(provider.id);
      if (account === undefined || provider.capabilities.lookup === undefined) continue;
      const payouts = touched.filter((payout) => payout.provider === provider.id);
      for (const chunk of chunksOf(payouts, CHUNK)) {
        const doubtful = await this.#doubtful(provider, chunk, since);
        const { found, shown } = await this.#lookUp(provider, account.id, doubtful);
        await this.#settle(provider, found);
        await this.#compare(provider, shown);
      }
    }
  }

  async #touchedSince(since: Date): Promise<readonly Payout[]> {
    return this.#context.store.transact(this.#program, async (unit) => {
      const touched: Payout[] = [];
      for await (const payouts of unit.payouts.all()) {
        for (const payout of payouts) if (payout.updatedAt.getTime() >= since.getTime()) touched.push(payout);
      }
      return touched;
    });
  }

  /**
   * Without the payouts of which the list has shown everything that is booked. What the list can hold is all there is of
   * a payout that is no older than it; so nothing more would be found by a lookup of each.
   */
  async #doubtful(
    provider: PaymentProvider,
    payouts: readonly Payout[],
    since: Date,
  ): Promise<readonly Payout[]> {
    const listedFrom = since.getTime() + CLOCKS_APART_MS;
    const listed = payouts.filter(
      ({ state, openedAt }) => state === 'completed' && openedAt.getTime() >= listedFrom,
    );
    if (listed.length === 0 || !this.#listed.has(provider.id)) return payouts;
    const movements = await this.#movementsOf(listed.map(({ id }) => id));
    const shown = new Set(movements.map(({ payout }) => payout));
    for (const { provider: by, object, moved, payout } of movements) {
      if (by !== provider.id || this.#seen.get(seenKey(by, object)) !== moved) shown.delete(payout);
    }
    return payouts.filter(({ id }) => !shown.has(id));
  }

  /** What the provider shows of payouts, and of which of them it could be asked. Some are asked for side by side. */
  async #lookUp(
    provider: PaymentProvider,
    account: string,
    payouts: readonly Payout[],
  ): Promise<{ readonly found: readonly PaymentObject[]; readonly shown: readonly string[] }> {
    const found: PaymentObject[] = [];
    const shown: string[] = [];
    const waiting = payouts.map(({ id }) => id);
    const work = async (): Promise<void> => {
      for (let payout = waiting.shift(); payout !== undefined; payout = waiting.shift()) {
        await this.#pace.next(provider);
        try {
          found.push(...(await provider.find({ program: this.#program, payout, account })));
          shown.push(payout);
        } catch (error) {
          this.#errors.set(payout, codeOf(error, 'lookup_failed'));
        }
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    this.#looked += shown.length;
    return { found, shown };
  }

  /** Books what is there and carries our program, the payments of some payouts in one transaction. */
  async #settle(provider: PaymentProvider, objects: readonly PaymentObject[]): Promise<void> {
    const byPayout = new Map<string, PaymentObject[]>();
    for (const object of objects) {
      const { reference } = object;
      if (reference?.program !== this.#program) continue;
      this.#seen.set(seenKey(provider.id, object.id), object.amount);
      const group = byPayout.get(reference.payout);
      if (group === undefined) byPayout.set(reference.payout, [object]);
      else group.push(object);
    }
    const findings = [...byPayout].map(([payout, group]) => ({
      program: this.#program,
      payout,
      provider,
      objects: group,
    }));
    for (const chunk of chunksOf(findings, CHUNK)) await this.#settleAll(chunk);
  }

  /** Settles all at once; if that cannot be done, one at a time, so that one that cannot be booked stops no other. */
  async #settleAll(findings: readonly Finding[]): Promise<void> {
    try {
      await this.#settleTogether(findings);
    } catch (error) {
      const [first, ...others] = findings;
      if (first === undefined) return;
      if (others.length === 0) this.#errors.set(first.payout, codeOf(error, 'settling_failed'));
      else for (const finding of findings) await this.#settleAll([finding]);
    }
  }

  async #settleTogether(findings: readonly Finding[]): Promise<void> {
    const ids = findings.map(({ payout }) => payout);
    const { before, after } = await this.#context.store.transact(this.#program, async (unit) => {
      const before = await unit.payouts.find(ids);
      await settleWithin(this.#context, unit, findings);
      return { before, after: await unit.payouts.find(ids) };
    });
    for (const [index, { payout, objects }] of findings.entries()) {
      const earlier = before[index];
      const later = after[index];
      if (earlier === undefined) this.#missingHere(payout, objects);
      else if (
        earlier.paid !== later?.paid ||
        earlier.returned !== later.returned ||
        earlier.state !== later.state
      )
        this.#settled += 1;
    }
  }

  #missingHere(payout: string, objects: readonly PaymentObject[]): void {
    for (const { id, amount, status } of objects) {
      if (status === 'moved') this.#disagree({ kind: 'missing_here', payout, object: id, amount });
    }
  }

  /** What the books have of payouts that the provider was asked for, against all that was seen there. */
  async #compare(provider: PaymentProvider, payouts: readonly string[]): Promise<void> {
    if (payouts.length === 0) return;
    for (const movement of await this.#movementsOf(payouts)) {
      if (movement.provider !== provider.id) continue;
      const { payout, object, moved } = movement;
      const there = this.#seen.get(seenKey(provider.id, object));
      if (there === undefined) this.#disagree({ kind: 'missing_there', payout, object, amount: moved });
      else if (there !== moved)
        this.#disagree({ kind: 'amount_differs', payout, object, here: moved, there });
    }
  }

  #movementsOf(payouts: readonly string[]): Promise<readonly Movement[]> {
    return this.#context.store.transact(this.#program, (unit) => unit.movements.of(payouts));
  }

  #disagree(disagreement: Disagreement): void {
    const { kind, payout, object } = disagreement;
    this.#disagreements.set([kind, payout, object].join('\n'), disagreement);
  }
}

function seenKey(provider: string, object: string): string {
  return `${provider}\n${object}`;
}

function* chunksOf<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
