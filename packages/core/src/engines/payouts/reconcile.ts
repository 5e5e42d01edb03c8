import type { Movement, Payout } from '../../payouts/payout.ts';
import type { PaymentObject, PaymentProvider } from '../../ports/provider.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { reconcileSchema } from '../../schemas/payouts.ts';
import { codeOf, settleWithin } from './carry-out.ts';
import { type Accounts, accountsOf } from './claim.ts';
import type { PayoutContext } from './context.ts';
import type { Disagreement, ReconcileReport } from './results.ts';
import { Tally } from './tally.ts';

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
  /** Objects of each provider that were seen there. */
  readonly #seen = new Set<string>();
  readonly #disagreements = new Map<string, Disagreement>();
  readonly #errors = new Map<string, string>();
  #looked = 0;
  #settled = 0;

  constructor(context: PayoutContext, program: string, accounts: Accounts) {
    this.#context = context;
    this.#program = program;
    this.#accounts = accounts;
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
      for await (const objects of provider.list(since)) {
        const ours = objects.filter(({ reference }) => reference?.program === this.#program);
        await this.#settle(provider, ours);
      }
    } catch (error) {
      this.#errors.set(provider.id, codeOf(error, 'list_failed'));
    }
  }

  /** Goes through what the books have: what was paid, and what nobody could decide or was concluded without proof. */
  async ours(since: Date): Promise<void> {
    const payouts = await this.#touchedSince(since);
    for (const payout of payouts) {
      const provider = this.#context.providers.get(payout.provider);
      const account = this.#accounts.get(payout.provider);
      if (provider === undefined || account === undefined || provider.capabilities.lookup === undefined)
        continue;
      try {
        const objects = await provider.find({
          program: this.#program,
          payout: payout.id,
          account: account.id,
        });
        this.#looked += 1;
        await this.#settle(provider, objects);
        await this.#compare(provider, payout, objects);
      } catch (error) {
        this.#errors.set(payout.id, codeOf(error, 'lookup_failed'));
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

  /** Books what is there, a payout at a time, so that one that cannot be booked stops no other. */
  async #settle(provider: PaymentProvider, objects: readonly PaymentObject[]): Promise<void> {
    const byPayout = new Map<string, PaymentObject[]>();
    for (const object of objects) {
      this.#seen.add(seenKey(provider.id, object.id));
      const { reference } = object;
      if (reference?.program !== this.#program) continue;
      byPayout.set(reference.payout, [...(byPayout.get(reference.payout) ?? []), object]);
    }
    for (const [payout, group] of byPayout) {
      try {
        await this.#settleOne(provider, payout, group);
      } catch (error) {
        this.#errors.set(payout, codeOf(error, 'settling_failed'));
      }
    }
  }

  async #settleOne(
    provider: PaymentProvider,
    payout: string,
    objects: readonly PaymentObject[],
  ): Promise<void> {
    const program = this.#program;
    const changed = await this.#context.store.transact(program, async (unit) => {
      const [before] = await unit.payouts.find([payout]);
      if (before === undefined) return undefined;
      await settleWithin(this.#context, unit, [{ program, payout, provider, objects }]);
      const [after] = await unit.payouts.find([payout]);
      return (
        before.paid !== after?.paid || before.returned !== after.returned || before.state !== after.state
      );
    });
    if (changed === true) this.#settled += 1;
    if (changed !== undefined) return;
    for (const { id, amount, status } of objects) {
      if (status === 'moved') this.#disagree({ kind: 'missing_here', payout, object: id, amount });
    }
  }

  async #compare(
    provider: PaymentProvider,
    payout: Payout,
    objects: readonly PaymentObject[],
  ): Promise<void> {
    const movements = await this.#context.store.transact(this.#program, (unit) =>
      unit.movements.of([payout.id]),
    );
    for (const movement of movements) {
      if (movement.provider !== provider.id) continue;
      const object = objects.find(({ id }) => id === movement.object);
      if (object !== undefined && object.amount !== movement.moved)
        this.#differ(payout, movement, object.amount);
      if (object === undefined && !this.#seen.has(seenKey(provider.id, movement.object))) {
        this.#disagree({
          kind: 'missing_there',
          payout: payout.id,
          object: movement.object,
          amount: movement.moved,
        });
      }
    }
  }

  #differ(payout: Payout, { object, moved }: Movement, there: bigint): void {
    this.#disagree({ kind: 'amount_differs', payout: payout.id, object, here: moved, there });
  }

  #disagree(disagreement: Disagreement): void {
    const { kind, payout, object } = disagreement;
    this.#disagreements.set([kind, payout, object].join('\n'), disagreement);
  }
}

function seenKey(provider: string, object: string): string {
  return `${provider}\n${object}`;
}
